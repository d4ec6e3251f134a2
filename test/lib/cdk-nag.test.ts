import { afterEach, describe, expect, it, vi } from 'vitest';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { MarketplaceSaasStack, MarketplaceSaasStackProps } from '../../lib/marketplace-saas-stack';
import { acknowledgements, type Finding } from './promises/acknowledged';
import { aDomain, aMarketplaceSaasStack } from './synthesized';

function findings(stack: MarketplaceSaasStack): Finding[] {
  return [AwsSolutionsChecks, ServerlessChecks]
    .flatMap((Checks) => new Checks(stack).validateScope(stack).violations)
    .flatMap(({ ruleName, violatingResources = [] }) =>
      violatingResources.map(({ constructPath = '' }) => ({ id: ruleName, path: constructPath })),
    );
}

const VARIANTS: [name: string, props: Partial<MarketplaceSaasStackProps>][] = [
  ['by default', {}],
  ['with a domain', aDomain()],
  ['with a key', { encryptionKey: 'create' }],
  ['with a firewall', { firewall: true }],
  ['with a firewall and a domain', { ...aDomain(), firewall: true }],
];

afterEach(() => {
  vi.restoreAllMocks();
});

describe('cdk-nag', () => {
  it.each(VARIANTS)('finds nothing unacknowledged in AwsSolutions and Serverless %s', (_name, props) => {
    expect(findings(aMarketplaceSaasStack(props))).toEqual([]);
  });

  it.each(VARIANTS)('still finds each acknowledged rule %s', (_name, props) => {
    const acknowledged = acknowledgements(aMarketplaceSaasStack(props));
    vi.spyOn(Validations.prototype, 'acknowledge').mockReturnValue();
    const found = findings(aMarketplaceSaasStack(props));
    const idle = acknowledged.filter(
      ({ id, path }) => !found.some((finding) => finding.id === id && finding.path.startsWith(`${path}/`)),
    );
    expect(idle).toEqual([]);
    expect(found).not.toEqual([]);
  });
});

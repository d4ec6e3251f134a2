import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { MarketplaceSaasStack, MarketplaceSaasStackProps } from '../../lib/marketplace-saas-stack';
import { aDomain, aMarketplaceSaasStack } from './synthesized';

/** A rule that a construct breaks or is acknowledged to break. */
interface Finding {
  id: string;
  path: string;
}

function findings(stack: MarketplaceSaasStack): Finding[] {
  return [AwsSolutionsChecks, ServerlessChecks]
    .flatMap((Checks) => new Checks(stack).validateScope(stack).violations)
    .flatMap(({ ruleName, violatingResources = [] }) =>
      violatingResources.map(({ constructPath = '' }) => ({ id: ruleName, path: constructPath })),
    );
}

interface Acknowledgement extends Finding {
  reason: unknown;
}

/** Acknowledgements as cdk-nag reads them. */
function acknowledgements(stack: MarketplaceSaasStack): Acknowledgement[] {
  return stack.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data))
      .map(([id, reason]) => ({ id: id.replace(/^annotation::/i, ''), path: node.path, reason })),
  );
}

const VARIANTS: [name: string, props: Partial<MarketplaceSaasStackProps>][] = [
  ['by default', {}],
  ['with a domain', aDomain()],
  ['with a firewall', { firewall: true }],
  ['with a firewall and a domain', { ...aDomain(), firewall: true }],
];

afterEach(() => {
  jest.restoreAllMocks();
});

describe('cdk-nag', () => {
  it.each(VARIANTS)('finds nothing unacknowledged in AwsSolutions and Serverless %s', (_name, props) => {
    expect(findings(aMarketplaceSaasStack(props))).toEqual([]);
  });

  it.each(VARIANTS)('gives a sentence as the reason of each acknowledged rule %s', (_name, props) => {
    const acknowledged = acknowledgements(aMarketplaceSaasStack(props));
    expect(acknowledged.filter(({ reason }) => !/^[A-Z].+ .+\.$/.test(String(reason)))).toEqual([]);
    expect(acknowledged).not.toEqual([]);
  });

  it.each(VARIANTS)('still finds each acknowledged rule %s', (_name, props) => {
    const acknowledged = acknowledgements(aMarketplaceSaasStack(props));
    jest.spyOn(Validations.prototype, 'acknowledge').mockReturnValue();
    const found = findings(aMarketplaceSaasStack(props));
    const idle = acknowledged.filter(
      ({ id, path }) => !found.some((finding) => finding.id === id && finding.path.startsWith(`${path}/`)),
    );
    expect(idle).toEqual([]);
    expect(found).not.toEqual([]);
  });
});

import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { MarketplaceSaasStack } from '../../lib/marketplace-saas-stack';
import { aMarketplaceSaasStack } from './synthesized';

/** A rule, or one of its findings, at a construct. */
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

/** Acknowledgements as cdk-nag reads them. */
function acknowledgements(stack: MarketplaceSaasStack): Finding[] {
  return stack.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.keys(data))
      .map((id) => ({ id: id.replace(/^annotation::/i, ''), path: node.path })),
  );
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('cdk-nag', () => {
  it('finds nothing in AwsSolutions and Serverless that is not acknowledged with a reason', () => {
    expect(findings(aMarketplaceSaasStack())).toEqual([]);
  });

  it('would find each of what is acknowledged', () => {
    const acknowledged = acknowledgements(aMarketplaceSaasStack());
    jest.spyOn(Validations.prototype, 'acknowledge').mockReturnValue();
    const found = findings(aMarketplaceSaasStack());
    const idle = acknowledged.filter(
      ({ id, path }) => !found.some((finding) => finding.id === id && finding.path.startsWith(`${path}/`)),
    );
    expect(idle).toEqual([]);
    expect(found).not.toEqual([]);
  });
});

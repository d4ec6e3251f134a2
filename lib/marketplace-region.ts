import { CfnRule, Fn, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ExplainedError } from './explained-error';

export const MARKETPLACE_REGION = 'us-east-1';

const REASON =
  `This stack works in ${MARKETPLACE_REGION} only: AWS Marketplace sends licence and agreement events to ` +
  `${MARKETPLACE_REGION}, answers GetEntitlements nowhere else, and deduplicates usage per region, so a second region ` +
  'would bill twice.';

/**
 * Rejects every other region: during synthesis if the stack's region is known, otherwise by a rule that CloudFormation
 * checks before it creates anything.
 * @throws ExplainedError that gives the reason and the remedy.
 */
export function requireMarketplaceRegion(scope: Construct): void {
  const { region, stackName } = Stack.of(scope);
  if (Token.isUnresolved(region)) {
    new CfnRule(scope, 'MarketplaceRegion', {
      assertions: [{ assert: Fn.conditionEquals(region, MARKETPLACE_REGION), assertDescription: REASON }],
    });
  } else if (region !== MARKETPLACE_REGION) {
    throw new ExplainedError(
      `The stack ${stackName} is set to the region ${region}.\n${REASON}\n` +
        `Set the region and run again, for example: AWS_REGION=${MARKETPLACE_REGION} npx cdk synth`,
    );
  }
}

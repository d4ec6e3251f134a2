import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';

/** Allows a call to AWS Marketplace. The resource is `*` because AWS has no resource-level scoping for these actions. */
export function grantMarketplaceAction(
  grantee: IGrantable,
  action: 'BatchMeterUsage' | 'DescribeAgreement' | 'GetEntitlements' | 'ResolveCustomer',
): void {
  Grant.addToPrincipal({ grantee, actions: [`aws-marketplace:${action}`], resourceArns: ['*'] });
}

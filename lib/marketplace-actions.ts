import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';

/** Allows a call to AWS Marketplace. AWS offers no resource-level scoping for these actions, hence the `*`. */
export function grantMarketplaceAction(
  grantee: IGrantable,
  action: 'BatchMeterUsage' | 'GetEntitlements' | 'ResolveCustomer',
): void {
  Grant.addToPrincipal({ grantee, actions: [`aws-marketplace:${action}`], resourceArns: ['*'] });
}

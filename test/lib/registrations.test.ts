import { expect, it } from 'vitest';
import type { Template } from 'aws-cdk-lib/assertions';
import { resourcesOf, statementLines } from './promises/promised';
import { aConfiguration, aTemplate } from './synthesized';

it("encrypts buyers' contact data with a KMS key of the account, and no other table, when the seller has no key", () => {
  const encrypted = Object.entries(aTemplate().findResources('AWS::DynamoDB::Table'))
    .filter(([, { Properties }]) => Properties.SSESpecification?.SSEEnabled)
    .map(([id, { Properties }]) => ({ id, key: Properties.SSESpecification.KMSMasterKeyId }));
  expect(encrypted).toEqual([{ id: expect.stringMatching(/^SaasRegistrations/), key: undefined }]);
});

/** What the roles of functions may do with contacts, or with what the pattern names, by role. */
function onContacts(template: Template, pattern = /UpdateItem on .*RegistrationsTable/): Record<string, string[]> {
  const roles = [...resourcesOf(template.toJSON().Resources)].filter(([, { Type }]) => Type === 'AWS::IAM::Policy');
  const lines = roles.map(([name, { Properties }]): [string, string[]] => [
    name.replace('RoleDefaultPolicy', ''),
    statementLines(Properties.PolicyDocument.Statement).filter((line) => pattern.test(line)),
  ]);
  return Object.fromEntries(lines.filter(([, found]) => found.length > 0));
}

it('lets functions move the expiry of contacts, and delete none, only when the seller configures a retention', () => {
  const codes = '{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["code#*"]}}';
  const code = [`Allow dynamodb:GetItem, dynamodb:UpdateItem on RegistrationsTable if ${codes}`];
  expect(onContacts(aTemplate())).toEqual({ RegistrationsExchangeRegistration: code });
  const retaining = aTemplate({ configuration: aConfiguration({ registration: { contactRetentionDays: 90 } }) });
  const moving = ['Allow dynamodb:BatchGetItem, dynamodb:UpdateItem on RegistrationsTable'];
  expect(onContacts(retaining)).toEqual({
    RegistrationsExchangeRegistration: code,
    RegistrationsRegisterSubscription: moving,
    SubscriptionsFollowAgreement: moving,
    MeteringMeterUsage: [expect.stringMatching(/BatchGetItem, dynamodb:UpdateItem on .*RegistrationsTable/)],
  });
  // They find the customer's other subscriptions.
  const byAccount = (template: Template) => Object.keys(onContacts(template, /Query on .*index\/byAccount/)).sort();
  const others = byAccount(aTemplate());
  const roles = ['MeteringMeterUsage', 'RegistrationsRegisterSubscription', 'SubscriptionsFollowAgreement'];
  expect(byAccount(retaining).filter((role) => !others.includes(role))).toEqual(roles);
});

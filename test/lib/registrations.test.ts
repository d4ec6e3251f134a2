import { describe, expect, it } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { MarketplaceSaas } from '../../lib/marketplace-saas';
import { aConfiguration, aStack, aTemplate } from './synthesized';

const encryptedTables = (template: Template) =>
  Object.entries(template.findResources('AWS::DynamoDB::Table'))
    .filter(([, { Properties }]) => Properties.SSESpecification?.SSEEnabled)
    .map(([id, { Properties }]) => ({ id, key: Properties.SSESpecification.KMSMasterKeyId }));

describe("buyers' contact data", () => {
  it("encrypts buyers' contact data with a KMS key of the account, and no other table", () => {
    expect(encryptedTables(aTemplate())).toEqual([{ id: expect.stringMatching(/^SaasRegistrations/), key: undefined }]);
  });

  it("encrypts buyers' contact data with the seller's key, which only the registration functions may use", () => {
    const stack = aStack();
    const encryptionKey = new Key(stack, 'Key');
    new MarketplaceSaas(stack, 'Saas', { configuration: aConfiguration(), encryptionKey });
    const template = Template.fromStack(stack);

    expect(encryptedTables(template)).toEqual([
      { id: expect.stringMatching(/^SaasRegistrations/), key: stack.resolve(encryptionKey.keyArn) },
    ]);
    const mayDecrypt = Object.entries(template.findResources('AWS::IAM::Policy'))
      .filter(([, policy]) => JSON.stringify(policy).includes('kms:Decrypt'))
      .map(([id]) => id);
    expect(mayDecrypt.map((id) => /Registrations(\w+)Role/.exec(id)?.[1]).sort()).toEqual([
      'CompleteRegistration',
      'ExchangeRegistration',
      'RegisterSubscription',
    ]);
  });
});

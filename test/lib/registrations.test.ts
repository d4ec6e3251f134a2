import { expect, it } from '@jest/globals';
import { aTemplate } from './synthesized';

it("encrypts buyers' contact data with a KMS key of the account, and no other table, when the seller has no key", () => {
  const encrypted = Object.entries(aTemplate().findResources('AWS::DynamoDB::Table'))
    .filter(([, { Properties }]) => Properties.SSESpecification?.SSEEnabled)
    .map(([id, { Properties }]) => ({ id, key: Properties.SSESpecification.KMSMasterKeyId }));
  expect(encrypted).toEqual([{ id: expect.stringMatching(/^SaasRegistrations/), key: undefined }]);
});

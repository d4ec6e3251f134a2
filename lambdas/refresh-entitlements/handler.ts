import { REFRESH_ENTITLEMENTS } from '../shared/contract/functions';
import { createAgreementClient } from '../shared/runtime/agreement-client';
import { createEntitlementClient } from '../shared/runtime/entitlement-client';
import { loadConfig } from '../shared/runtime/function-config';
import { lambdaPorts } from '../shared/runtime/ports';
import { createHandler } from './dependencies';

const config = loadConfig(REFRESH_ENTITLEMENTS, process.env);

export const handler = createHandler(
  {
    ...lambdaPorts('refresh-entitlements'),
    entitlementService: createEntitlementClient(),
    agreementService: createAgreementClient(),
  },
  config,
);

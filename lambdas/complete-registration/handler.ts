import { COMPLETE_REGISTRATION } from '../shared/contract/functions';
import { loadConfig, loadFrontDoorSecret } from '../shared/runtime/function-config';
import { lambdaPorts } from '../shared/runtime/ports';
import { createHandler } from './dependencies';

const config = loadConfig(COMPLETE_REGISTRATION, {
  ...process.env,
  SELLER_CONFIGURATION: process.env.SELLER_CONFIGURATION,
});

export const handler = createHandler(lambdaPorts('complete-registration'), {
  ...config,
  frontDoorSecret: loadFrontDoorSecret(process.env),
});

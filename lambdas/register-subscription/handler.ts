import { REGISTER_SUBSCRIPTION } from '../shared/contract/functions';
import { loadConfig, loadFrontDoorSecret } from '../shared/runtime/function-config';
import { createRegistrationClient } from '../shared/runtime/marketplace-client';
import { lambdaPorts } from '../shared/runtime/ports';
import { newSecret } from '../shared/runtime/secrets';
import { createHandler } from './dependencies';

const config = loadConfig(REGISTER_SUBSCRIPTION, {
  ...process.env,
  SELLER_CONFIGURATION: process.env.SELLER_CONFIGURATION,
});
const ports = { ...lambdaPorts('register-subscription'), registration: createRegistrationClient(), newSecret };

export const handler = createHandler(ports, { ...config, frontDoorSecret: loadFrontDoorSecret(process.env) });

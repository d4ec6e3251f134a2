import { REGISTER_SUBSCRIPTION } from '../shared/contract/functions';
import { loadConfig, loadFrontDoorSecret, loadPages } from '../shared/runtime/function-config';
import { createRegistrationClient } from '../shared/runtime/marketplace-client';
import { lambdaPorts } from '../shared/runtime/ports';
import { newSecret } from '../shared/runtime/secrets';
import { createHandler } from './dependencies';

const config = loadConfig(REGISTER_SUBSCRIPTION, {
  ...process.env,
  SELLER_CONFIGURATION: process.env.SELLER_CONFIGURATION,
});
const ports = { ...lambdaPorts('register-subscription'), registration: createRegistrationClient(), newSecret };

export const handler = createHandler(ports, {
  ...config,
  pages: loadPages({ SELLER_PAGES: process.env.SELLER_PAGES }),
  frontDoorSecret: loadFrontDoorSecret(process.env),
});

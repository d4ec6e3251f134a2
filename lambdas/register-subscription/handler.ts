import { REGISTER_SUBSCRIPTION } from '../shared/contract/functions';
import { loadConfig, loadFrontDoorSecret, loadPages } from '../shared/runtime/function-config';
import { createRegistrationClient } from '../shared/runtime/marketplace-client';
import { lambdaPorts } from '../shared/runtime/ports';
import { newSecret } from '../shared/runtime/secrets';
import { createHandler } from './dependencies';

const config = loadConfig(REGISTER_SUBSCRIPTION, process.env);
const ports = { ...lambdaPorts('register-subscription'), registration: createRegistrationClient(), newSecret };

export const handler = createHandler(ports, {
  ...config,
  pages: loadPages(process.env),
  frontDoorSecret: loadFrontDoorSecret(process.env),
});

import { COMPLETE_REGISTRATION } from '../shared/contract/functions';
import { loadConfig, loadFrontDoorSecret, loadPages } from '../shared/runtime/function-config';
import { lambdaPorts } from '../shared/runtime/ports';
import { createHandler } from './dependencies';

const config = loadConfig(COMPLETE_REGISTRATION, {
  ...process.env,
  SELLER_CONFIGURATION: process.env.SELLER_CONFIGURATION,
});

export const handler = createHandler(lambdaPorts('complete-registration'), {
  ...config,
  pages: loadPages({ SELLER_PAGES: process.env.SELLER_PAGES }),
  frontDoorSecret: loadFrontDoorSecret(process.env),
});

import { COMPLETE_REGISTRATION } from '../shared/contract/functions';
import { loadConfig, loadFrontDoorSecret, loadPages } from '../shared/runtime/function-config';
import { lambdaPorts } from '../shared/runtime/ports';
import { createHandler } from './dependencies';

const config = loadConfig(COMPLETE_REGISTRATION, process.env);

export const handler = createHandler(lambdaPorts('complete-registration'), {
  ...config,
  pages: loadPages(process.env),
  frontDoorSecret: loadFrontDoorSecret(process.env),
});

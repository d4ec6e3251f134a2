import { DESCRIBE_SUBSCRIPTION } from '../shared/contract/functions';
import { loadConfig } from '../shared/runtime/function-config';
import { lambdaPorts } from '../shared/runtime/ports';
import { createHandler } from './dependencies';

const config = loadConfig(DESCRIBE_SUBSCRIPTION, process.env);

export const handler = createHandler(lambdaPorts('describe-subscription'), config);

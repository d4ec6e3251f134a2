import { AGGREGATE_USAGE } from '../shared/contract/functions';
import { loadConfig } from '../shared/runtime/function-config';
import { lambdaPorts } from '../shared/runtime/ports';
import { createHandler } from './dependencies';

const config = loadConfig(AGGREGATE_USAGE, process.env);

export const handler = createHandler(lambdaPorts('aggregate-usage'), config);

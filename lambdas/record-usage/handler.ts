import { RECORD_USAGE } from '../shared/contract/functions';
import { loadConfig } from '../shared/runtime/function-config';
import { lambdaPorts } from '../shared/runtime/ports';
import { createHandler } from './dependencies';

const config = loadConfig(RECORD_USAGE, process.env);

export const handler = createHandler(lambdaPorts('record-usage'), config);

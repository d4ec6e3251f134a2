import { FOLLOW_AGREEMENT } from '../shared/contract/functions';
import { loadConfig } from '../shared/runtime/function-config';
import { lambdaPorts } from '../shared/runtime/ports';
import { createHandler } from './dependencies';

const config = loadConfig(FOLLOW_AGREEMENT, process.env);

export const handler = createHandler(lambdaPorts('follow-agreement'), config);

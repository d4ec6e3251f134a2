import { FOLLOW_AGREEMENT } from '../shared/contract/functions';
import { loadConfig, loadContactsTable } from '../shared/runtime/function-config';
import { lambdaPorts } from '../shared/runtime/ports';
import { createHandler } from './dependencies';

const config = { ...loadConfig(FOLLOW_AGREEMENT, process.env), contactsTable: loadContactsTable(process.env) };

export const handler = createHandler(lambdaPorts('follow-agreement'), config);

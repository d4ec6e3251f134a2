import { EXCHANGE_REGISTRATION } from '../shared/contract/functions';
import { loadTables } from '../shared/runtime/function-config';
import { lambdaPorts } from '../shared/runtime/ports';
import { createHandler } from './dependencies';

const tables = loadTables(EXCHANGE_REGISTRATION, process.env);

export const handler = createHandler(lambdaPorts('exchange-registration'), { tables });

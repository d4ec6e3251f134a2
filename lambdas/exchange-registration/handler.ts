import { loadTables } from '../shared/runtime/function-config';
import { lambdaPorts } from '../shared/runtime/ports';
import { createHandler } from './dependencies';

const tables = loadTables('exchange-registration', process.env);

export const handler = createHandler(lambdaPorts('exchange-registration'), { tables });

import { METER_USAGE } from '../shared/contract/functions';
import { createSqsClient, SqsEndingReminders } from '../shared/runtime/ending-reminders';
import { loadConfig, loadContactsTable, loadEndingRemindersUrl } from '../shared/runtime/function-config';
import { createMeteringClient } from '../shared/runtime/marketplace-client';
import { lambdaPorts } from '../shared/runtime/ports';
import { createHandler } from './dependencies';

const config = { ...loadConfig(METER_USAGE, process.env), contactsTable: loadContactsTable(process.env) };
const reminders = new SqsEndingReminders(createSqsClient(), loadEndingRemindersUrl(process.env));

export const handler = createHandler(
  { ...lambdaPorts('meter-usage'), metering: createMeteringClient(), reminders },
  config,
);

import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { METER_NOW } from '../../lambdas/shared/runtime/ending-reminders';
import type { Installation } from '../installation/installation';

/** The schedule would begin a run within five minutes. @returns when the released hours are sent, to be shown. */
export async function meterNow({
  sqs,
  reminderQueueUrl: QueueUrl,
}: Pick<Installation, 'sqs' | 'reminderQueueUrl'>): Promise<string> {
  try {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(METER_NOW) }));
    return 'by a run that starts now.';
  } catch (error) {
    // What is released stays released.
    return `with the next run, within five minutes. None could be started now: ${String(error)}`;
  }
}

import * as z from 'zod';
import type { AwsAccount } from './aws-account';

const groups = z.object({ logGroups: z.array(z.object({ logGroupName: z.string() })) });
const lines = z.object({ events: z.array(z.object({ message: z.string() })) });

/** Reads the errors and warnings that the deployed functions logged. They explain why a rehearsal failed. */
export async function functionErrors(account: AwsAccount): Promise<string[]> {
  const { logGroups } = groups.parse(await account.json('logs', 'Logs_20140328.DescribeLogGroups', {}));
  const found: string[] = [];
  for (const { logGroupName } of logGroups) {
    const { events } = lines.parse(
      await account.json('logs', 'Logs_20140328.FilterLogEvents', { logGroupName, limit: 1000 }),
    );
    const errors = events
      .flatMap(({ message }) => message.split('\n'))
      .filter((line) => /"level":"(ERROR|WARN)"/.test(line));
    found.push(...errors.map((line) => `${logGroupName}: ${line.trim()}`));
  }
  return found;
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { paginateLookupEvents, type CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import * as z from 'zod';
import { USAGE_AFTER_END_MS } from '../../lambdas/shared/domain/ending';
import { MONTH_END_GRACE_MS } from '../../lambdas/shared/domain/marketplace-limits';
import type { Month } from '../arguments';
import { OperatorError, UsageError } from '../errors';

const DAY_MS = 86_400_000;
/** How far CloudTrail's event history goes back without a trail. */
const HISTORY_DAYS = 90;
/** AWS allows two calls of LookupEvents per second. */
export const PAUSE_MS = 550;

/**
 * Reads from the event history the calls that may have metered a month. AWS accepts a month's usage until 06:00 UTC on
 * the 1st. Reading one hour more costs little and allows for clock skew.
 * @throws UsageError when the month is older than the history.
 */
export async function* lookUpEvents(
  client: CloudTrailClient,
  { month, nowMs, sleep }: { month: Month; nowMs: number; sleep(ms: number): Promise<void> },
): AsyncGenerator<unknown> {
  if (month.startMs < nowMs - HISTORY_DAYS * DAY_MS) {
    throw new UsageError(
      `CloudTrail's event history covers ${HISTORY_DAYS} days, and ${month.name} started earlier. Copy the trail's log ` +
        'files from its bucket (`aws s3 sync`) and name their folder with --trail-files.',
    );
  }
  const pages = paginateLookupEvents(
    { client },
    {
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'BatchMeterUsage' }],
      StartTime: new Date(month.startMs),
      EndTime: new Date(month.endMs + MONTH_END_GRACE_MS + USAGE_AFTER_END_MS),
    },
  );
  for await (const { Events = [] } of pages) {
    for (const { CloudTrailEvent = '{}' } of Events) yield JSON.parse(CloudTrailEvent);
    await sleep(PAUSE_MS);
  }
}

const logFile = z.object({ Records: z.array(z.unknown()) });

/**
 * The events in a trail's log files, as CloudTrail writes them to S3: `.json.gz` (or unpacked), in subfolders. The
 * digest files beside them hold no events and are skipped.
 * @throws UsageError when there are no files, OperatorError for a file that cannot be read.
 */
export function* readTrailFiles(folder: string): Generator<unknown> {
  const files = filesIn(folder).filter((file) => /\.json(\.gz)?$/.test(file));
  if (files.length === 0)
    throw new UsageError(`There are no CloudTrail log files (.json.gz) in ${folder}. Name another folder.`);
  for (const file of files) {
    const parsed = logFile.safeParse(readJson(join(folder, file)));
    if (parsed.success) yield* parsed.data.Records;
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  } catch (cause) {
    throw new UsageError(`The folder ${folder} cannot be read. Check its path and permissions.`, { cause });
  }
}

/** Many times what CloudTrail puts in a file, and little enough for a machine's memory. */
const MAX_LOG_FILE_BYTES = 256 * 1024 * 1024;

function readJson(file: string): unknown {
  try {
    const bytes = readFileSync(file);
    return JSON.parse(
      (file.endsWith('.gz') ? gunzipSync(bytes, { maxOutputLength: MAX_LOG_FILE_BYTES }) : bytes).toString('utf8'),
    );
  } catch (cause) {
    throw new OperatorError(
      `${file} cannot be unpacked or is not JSON. Copy it again, or remove it if it is not a CloudTrail log file.`,
      { cause },
    );
  }
}

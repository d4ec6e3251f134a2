import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { hourOf } from '../../lambdas/shared/domain/hour';
import type { Month } from '../arguments';
import { OperatorError } from '../errors';
import type { Installation } from '../installation/installation';
import { readMeteringCall } from './cloud-trail-event';
import type { TheirRecord } from './differences';
import { lookUpEvents, readTrailFiles } from './trail';

/** What AWS accepted in a month, and the events of the source that could not be read. */
export interface AcceptedRecords {
  source: string;
  accepted: TheirRecord[];
  unreadable: { eventId: string; why: string }[];
}

export async function acceptedRecords(
  installation: Installation,
  { month, trailFiles, onEvents }: { month: Month; trailFiles: string | undefined; onEvents(count: number): void },
): Promise<AcceptedRecords> {
  const { billing, clock } = installation;
  if (trailFiles !== undefined)
    return ofTrail(`CloudTrail's files in ${trailFiles}`, readTrailFiles(trailFiles), { month, onEvents });
  if (billing.kind === 'simulator') return ofSimulator(billing.endpoint, month);
  const events = lookUpEvents(billing.client, { month, nowMs: clock.now(), sleep: async (ms) => sleep(ms) });
  return ofTrail("CloudTrail's event history", events, { month, onEvents });
}

async function ofTrail(
  source: string,
  events: AsyncIterable<unknown> | Iterable<unknown>,
  { month, onEvents }: { month: Month; onEvents(count: number): void },
): Promise<AcceptedRecords> {
  const found: AcceptedRecords = { source, accepted: [], unreadable: [] };
  for await (const event of events) {
    onEvents(1);
    const call = readMeteringCall(event);
    if (call.kind === 'answered') found.accepted.push(...call.accepted.filter((record) => isIn(record, month)));
    else if (call.kind === 'unreadable') found.unreadable.push({ eventId: call.eventId, why: call.why });
  }
  return found;
}

const isIn = ({ hour }: TheirRecord, { firstHour, endHour }: Month) => hour >= firstHour && hour < endHour;

const simulatorLedger = z.object({
  records: z.array(
    z.object({
      meteringRecordId: z.string(),
      form: z.enum(['product', 'license']),
      productCode: z.string(),
      accountId: z.string(),
      licenseArn: z.string().optional(),
      dimension: z.string(),
      timestamp: z.iso.datetime(),
      quantity: z.string(),
    }),
  ),
});

/** Reads the simulator's ledger, which holds what CloudTrail would report, for ever. */
async function ofSimulator(endpoint: string, month: Month): Promise<AcceptedRecords> {
  const url = `${endpoint}/_marketplace/ledger`;
  const answer: unknown = await (await askSimulator(url)).json();
  const ledger = simulatorLedger.safeParse(answer);
  if (!ledger.success) throw otherVersion(url);
  const accepted = ledger.data.records.map(({ form, accountId, licenseArn, timestamp, ...record }) => ({
    ...record,
    hour: hourOf(Date.parse(timestamp)),
    ...(form === 'license' ? { licenseArn } : { customerAWSAccountId: accountId }),
  }));
  return {
    source: "the simulator's ledger",
    accepted: accepted.filter((each) => isIn(each, month)),
    unreadable: [],
  };
}

/** @throws OperatorError when no simulator of this version answers there. */
export async function askSimulator(url: string): Promise<Response> {
  let response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new OperatorError(`The AWS Marketplace simulator does not answer at ${url}. Restart \`npm start\`.`, {
      cause,
    });
  }
  if (!response.ok) throw otherVersion(url);
  return response;
}

const otherVersion = (url: string) =>
  new OperatorError(`${url} is not the AWS Marketplace simulator of this version. Restart \`npm start\`.`);

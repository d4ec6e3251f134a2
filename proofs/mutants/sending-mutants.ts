import { BatchMeterUsageCommand, type BatchMeterUsageCommandOutput } from '@aws-sdk/client-marketplace-metering';
import { SendClaims } from '../../lambdas/meter-usage/send-claims';
import { HOUR_MS } from '../../lambdas/shared/domain/hour';
import { ACCEPTED_FOR_MS } from '../../lambdas/shared/domain/marketplace-limits';
import { MeteringBatcher } from '../../lambdas/shared/domain/metering-batch';
import {
  callNameOf,
  type MeteringOutcome,
  type MeteringRecord,
  type SealedRecord,
} from '../../lambdas/shared/domain/metering-record';
import { AwsMeteringGateway, type MeteringCallResult } from '../../lambdas/shared/marketplace/batch-meter-usage';
import { DynamoDbCallQuota } from '../../lambdas/shared/stores/call-quota';
import { DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import { exportsOf, method, mutant, type Mutant, type Seam } from './mutant';
import { onCondition } from './on-condition';

const byOperator = exportsOf('lambdas/shared/stores/hourly-usage-by-operator');
const hour = exportsOf('lambdas/shared/domain/hour');
const hourlyUsage = exportsOf('lambdas/shared/domain/hourly-usage');
const meteringRecord = exportsOf('lambdas/shared/domain/metering-record');
const provisionalLicence = exportsOf('lambdas/shared/domain/provisional-licence');
const recordToSend = exportsOf('lambdas/meter-usage/record-to-send');
const settling = exportsOf('lambdas/shared/stores/hourly-usage-settling');

const ACCEPTED: MeteringOutcome = { kind: 'accepted', meteringRecordId: '' };

/** Mutants between a frozen record and the stored answer of AWS Marketplace. */
export const SENDING_MUTANTS: readonly Mutant[] = [
  mutant(
    'the deadline for the previous month is ignored',
    hour('acceptedUntilMs', () => (timestampMs) => timestampMs + ACCEPTED_FOR_MS),
  ),
  mutant(
    'records are sent after their window',
    hour(
      'acceptedUntilMs',
      (acceptedUntilMs) => (timestampMs) => acceptedUntilMs(timestampMs) + 10 * HOUR_MS,
      'lambdas/meter-usage/record-to-send',
    ),
  ),
  mutant(
    'a record is sent again with another quantity',
    recordToSend('recordToSend', (original) => async (...args) => {
      const sealed = await original(...args);
      if (sealed === undefined) return undefined;
      const { record, sends } = sealed;
      return { ...sealed, record: { ...record, quantity: String(Number(record.quantity) + Math.min(sends, 1)) } };
    }),
  ),
  mutant(
    'both forms of identity are sent',
    throughClient(({ input }, send) => send({ ...input, ProductCode: input.ProductCode ?? 'product' })),
  ),
  callsOf26Records(),
  mutant(
    'products are mixed in a call',
    meteringRecord(
      'callNameOf',
      () =>
        ({ customer }) =>
          customer.mode,
    ),
  ),
  mutant(
    'both forms of identity go into one call',
    meteringRecord(
      'callNameOf',
      () =>
        ({ productCode }) =>
          productCode,
    ),
  ),
  mutant(
    'the quota is not waited for',
    method(
      DynamoDbCallQuota,
      'takeSlot',
      (takeSlot) =>
        async function () {
          await takeSlot.call(this);
          return -Infinity;
        },
    ),
  ),
  mutant(
    'a call that AWS refuses as a whole is not halved',
    calls((result) => (result.outcome === 'refused' ? { ...result, outcome: 'misconfigured' } : result)),
  ),
  // Answers
  mutant(
    'a throttled call is given up',
    calls((result, records) =>
      result.outcome === 'throttled'
        ? { outcome: 'answered', records: records.map(() => ({ kind: 'conflict' })) }
        : result,
    ),
  ),
  mutant('unprocessed records count as billed', answering('unprocessed', ACCEPTED)),
  mutant('a record in neither list of an answer counts as billed', answering('ambiguous', ACCEPTED)),
  mutant(
    'results are matched by position',
    throughClient(async ({ input }, send) => {
      const { Results = [], ...output } = await send(input);
      const inPlace = Results.map((result, n) => ({ ...result, UsageRecord: input.UsageRecords?.[n] }));
      return { ...output, Results: inPlace };
    }),
  ),
  mutant('DuplicateRecord counts as billed', answering('conflict', ACCEPTED)),
  mutant('CustomerNotSubscribed counts as billed', answering('notSubscribed', ACCEPTED)),
  mutant(
    'a timeout counts as a refusal',
    calls((result) => (result.outcome === 'ambiguous' ? { ...result, outcome: 'refused' } : result)),
  ),
  mutant(
    'an unknown result is forgotten when another answer comes',
    meteringRecord('doubted', () => (outcome) => outcome),
  ),
  mutant(
    'a send is not claimed',
    method(
      DynamoDbHourlyUsageStore,
      'claimSend',
      (claimSend) =>
        async function (sealed) {
          await claimSend.call(this, sealed);
          return true;
        },
    ),
  ),
  mutant(
    'a send counts as claimed with a sealing that a former run made',
    method(SendClaims, 'use', () => () => true),
  ),
  mutant(
    'a run claims decimals that it may not send, and keeps the claims',
    method(SendClaims, 'mayClaim', () => async () => true),
    method(SendClaims, 'giveBack', () => async () => undefined),
  ),
  mutant(
    'an hour that the operator returns to the Balance is forgotten',
    byOperator('settleWrites', (settleWrites) => (request) => ({ ...settleWrites(request), balance: undefined })),
  ),
  mutant(
    'an acceptance comes too late to count',
    hourlyUsage('HOUR_TRANSITIONS', (transitions) => ({ ...transitions, unconfirmed: [] })),
  ),
  mutant(
    'sends without an answer are forgotten at the end',
    hourlyUsage('stateAfterWindow', (stateAfterWindow) => (counts) => {
      const state = stateAfterWindow(counts);
      return state === 'unconfirmed' ? 'rejected' : state;
    }),
  ),
  mutant(
    'a record with the ARN of an event is carried although an answer is missing',
    provisionalLicence(
      'isRefusedProvisionally',
      (isRefused) => (hour, subscription) => isRefused({ ...hour, answers: hour.sends }, subscription),
    ),
  ),
  mutant(
    'a record gets the registered ARN although an answer is missing',
    provisionalLicence(
      'customerAnew',
      (customerAnew) => (hour, subscription) => customerAnew({ ...hour, answers: hour.sends }, subscription),
    ),
  ),
  mutant(
    'an answer is counted as often as it is stored',
    settling('deferredUpdate', (deferredUpdate) => (answered, answer) => {
      const update = deferredUpdate(answered, answer);
      // A record that AWS throttled keeps its last answer.
      if (answer.outcome.kind === 'unprocessed') return update;
      return onCondition('#state = :sealed', {
        ...update,
        UpdateExpression: 'SET dueAt = :dueAt, lastAnswer = :answer, lastReason = :reason ADD answers :one',
        ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':one': 1 },
      });
    }),
  ),
];

/** The adapter reports another outcome of a call than the real one. */
function calls(change: (result: MeteringCallResult, records: readonly MeteringRecord[]) => MeteringCallResult): Seam {
  return method(
    AwsMeteringGateway,
    'batchMeterUsage',
    (original) =>
      async function (records) {
        return change(await original.call(this, records), records);
      },
  );
}

/** The adapter mistakes one answer of AWS for another. */
function answering(kind: MeteringOutcome['kind'], outcome: MeteringOutcome): Seam {
  return calls((result) => {
    if (result.outcome !== 'answered') return result;
    return { ...result, records: result.records.map((each) => (each.kind === kind ? outcome : each)) };
  });
}

type Send = (input: BatchMeterUsageCommand['input']) => Promise<BatchMeterUsageCommandOutput>;

/** The adapter, on a client that changes the request or the answer. */
function throughClient(change: (command: BatchMeterUsageCommand, send: Send) => ReturnType<Send>): Seam {
  return method(
    AwsMeteringGateway,
    'batchMeterUsage',
    (original) =>
      function (records) {
        const { client } = this as unknown as { client: { send(command: BatchMeterUsageCommand): ReturnType<Send> } };
        const send = (command: BatchMeterUsageCommand) =>
          change(command, (input) => client.send(new BatchMeterUsageCommand(input)));
        return original.call(Object.assign(Object.create(this) as AwsMeteringGateway, { client: { send } }), records);
      },
  );
}

/** A full call waits for one more record. */
function callsOf26Records(): Mutant {
  const waiting = new Map<string, SealedRecord[]>();
  return mutant(
    '26 records go into a call',
    method(
      MeteringBatcher,
      'add',
      (add) =>
        function (sealed) {
          const name = callNameOf(sealed.record);
          const full = waiting.get(name);
          if (full !== undefined) {
            waiting.delete(name);
            return [[...full, sealed]];
          }
          for (const records of add.call(this, sealed)) waiting.set(name, records);
          return [];
        },
    ),
    method(
      MeteringBatcher,
      'rest',
      (rest) =>
        function () {
          const left = [...waiting.values()];
          waiting.clear();
          return [...left, ...rest.call(this)];
        },
    ),
  );
}

import {
  BatchMeterUsageCommand,
  MarketplaceMeteringServiceException,
  ResolveCustomerCommand,
  type BatchMeterUsageCommandInput,
  type MarketplaceMeteringClient,
} from '@aws-sdk/client-marketplace-metering';
import type { FaultKind } from '../../marketplace/rules/faults';
import type { UsageRecord } from '../../marketplace/operations/usage-record';
import type { UsageRecordResult } from '../../marketplace/operations/batch-meter-usage';
import { watchRequest } from '../invariants/watch-request';
import type { Invocation } from '../scheduler';
import type { World } from '../world';
import { noteWhatWasMetered } from './metering-notes';

const FAULTS = [
  'throttle',
  'errorBeforeCommit',
  'errorAfterCommit',
  'dropBeforeCommit',
  'dropAfterCommit',
  'unprocessed',
  'reorder',
  'customerNotSubscribed',
  'licenseNotActive',
  'disabledApi',
] as const satisfies readonly FaultKind[];

/**
 * AWS Marketplace as one invocation's SDK client sees it: the rules engine, without the wire. What the SDK does between
 * the two is done here: dates, exceptions, and a timeout for an answer that never comes.
 */
export function meteringClient(world: World, invocation: Invocation): MarketplaceMeteringClient {
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof BatchMeterUsageCommand)
      return world.scheduler.call(invocation, 'BatchMeterUsage', () =>
        batchMeterUsage(world, command.input, invocation),
      );
    if (command instanceof ResolveCustomerCommand)
      return world.scheduler.call(invocation, 'ResolveCustomer', () => call(world, 'ResolveCustomer', command.input));
    throw new Error('The simulated AWS Marketplace does not know this command.');
  };
  // The adapters use `send` of the SDK's class and nothing else of it.
  return { send } as unknown as MarketplaceMeteringClient;
}

function batchMeterUsage(world: World, input: BatchMeterUsageCommandInput, invocation: Invocation): unknown {
  const request = {
    ...input,
    UsageRecords: input.UsageRecords?.map((record) => ({
      ...record,
      Timestamp: (record.Timestamp?.getTime() ?? NaN) / 1000,
    })),
  };
  watchRequest(world, input, {
    bytes: Buffer.byteLength(JSON.stringify(request)),
    isLate: invocation.isZombie || invocation.options.sluggish,
    by: invocation,
  });
  const planted = plantFault(world, request.UsageRecords?.length ?? 0);
  try {
    const output = call(world, 'BatchMeterUsage', request);
    noteWhatWasMetered(world, input, { output, invocation });
    return fromWire(output);
  } catch (error) {
    noteWhatWasMetered(world, input, { error, invocation, isPlanted: planted !== undefined });
    throw error;
  } finally {
    if (planted !== undefined && world.marketplace.faults().length === 0) world.count(planted);
    world.marketplace.clearFaults();
    world.aws.follow();
  }
}

function plantFault(world: World, records: number): (typeof FAULTS)[number] | undefined {
  const planted = FAULTS.find((fault) => world.strikes(fault));
  // One result has no order.
  if (planted === undefined || (planted === 'reorder' && records < 2)) return undefined;
  world.marketplace.plantFault({ kind: planted, operation: 'BatchMeterUsage', next: 1 });
  return planted;
}

function call(world: World, operation: 'BatchMeterUsage' | 'ResolveCustomer', input: object): object {
  if (world.isDown('aws')) {
    world.count('awsOutage');
    throw timeout(world);
  }
  const outcome = world.marketplace.call(operation, input);
  switch (outcome.kind) {
    case 'answered':
      return outcome.output;
    case 'dropped':
      throw timeout(world);
    case 'failed': {
      const { type, status, message } = outcome.error;
      const $fault = status >= 500 ? 'server' : 'client';
      const $metadata = { httpStatusCode: status };
      throw world.injectedError(new MarketplaceMeteringServiceException({ name: type, message, $fault, $metadata }));
    }
  }
}

function timeout(world: World): Error {
  return world.injectedError(Object.assign(new Error('no answer'), { name: 'TimeoutError' }));
}

function fromWire(output: object): object {
  const { Results = [], UnprocessedRecords = [] } = output as {
    Results?: UsageRecordResult[];
    UnprocessedRecords?: UsageRecord[];
  };
  const dated = (record: UsageRecord) => ({ ...record, Timestamp: new Date(Math.round(record.Timestamp * 1000)) });
  return {
    Results: Results.map((result) => ({ ...result, UsageRecord: dated(result.UsageRecord) })),
    UnprocessedRecords: UnprocessedRecords.map(dated),
  };
}

import {
  BatchMeterUsageCommand,
  ResolveCustomerCommand,
  type MarketplaceMeteringClient,
} from '@aws-sdk/client-marketplace-metering';
import { fromWire, toWire, type FaultKind } from '../../../../simulator';
import type { SentCall } from '../invariants/sent-record';
import { keyOf, watchRequest } from '../invariants/watch-request';
import { METERING_FAULTS } from '../../driver/faults';
import type { Invocation } from '../scheduler';
import type { MemoryWorld } from '../memory-engine';
import { callAws } from './aws-call';
import { noteWhatWasMetered } from './metering-notes';

const FAULTS = [...METERING_FAULTS, 'disabledApi'] as const satisfies readonly FaultKind[];

/**
 * AWS Marketplace as one invocation's SDK client sees it: the rules engine, without the wire. Dates, exceptions and the
 * timeout for an answer that never comes are made here instead of in the SDK.
 */
export function meteringClient(world: MemoryWorld, invocation: Invocation): MarketplaceMeteringClient {
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof BatchMeterUsageCommand)
      return world.engine.scheduler.call(invocation, 'BatchMeterUsage', () =>
        batchMeterUsage(world, command.input as SentCall, invocation),
      );
    if (command instanceof ResolveCustomerCommand)
      return world.engine.scheduler.call(invocation, 'ResolveCustomer', () =>
        callAws(world, 'ResolveCustomer', command.input),
      );
    throw new Error('The simulated AWS Marketplace does not know this command.');
  };
  // The adapters use `send` of the SDK's class and nothing else of it.
  return { send } as unknown as MarketplaceMeteringClient;
}

function batchMeterUsage(world: MemoryWorld, input: SentCall, invocation: Invocation): unknown {
  const request = toWire(input);
  // An AWS that took decimals before does not forget them.
  const areNew = input.UsageRecords?.every((record) => !world.books.requests.has(keyOf(record))) === true;
  watchRequest(world, input, {
    bytes: Buffer.byteLength(JSON.stringify(request)),
    isLate: invocation.isZombie || invocation.options.sluggish,
    by: invocation,
  });
  const planted = plantFault(world, request.UsageRecords?.length ?? 0);
  if (isRefused(world, input)) world.marketplace.setDecimals('refused');
  else if (areNew && world.strikes('decimalsUnknown')) world.marketplace.setDecimals('unknown');
  try {
    const output = withoutOne(world, callAws(world, 'BatchMeterUsage', request));
    noteWhatWasMetered(world, input, { output, invocation });
    return fromWire(output);
  } catch (error) {
    noteWhatWasMetered(world, input, { error, invocation, isPlanted: planted !== undefined });
    throw error;
  } finally {
    if (planted !== undefined && world.marketplace.faults().length === 0) world.count(planted);
    world.marketplace.clearFaults();
    world.marketplace.setDecimals('known');
    world.engine.aws.follow();
  }
}

/** Whether AWS refuses the call, because it does not take decimals of the product yet. */
function isRefused(world: MemoryWorld, { UsageRecords: [first] = [] }: SentCall): boolean {
  const productCode = first && world.buyers.ofRecord(first)?.productCode;
  if (first?.QuantityAsDecimal === undefined || productCode === undefined || world.isQuiet) return false;
  const isRefusing = world.settings.refusesDecimals.has(productCode);
  if (isRefusing) world.count('decimalsRefused', productCode);
  return isRefusing;
}

/** AWS bills a record, or does not, and says nothing about it. */
function withoutOne(world: MemoryWorld, output: { Results?: unknown[] }): object {
  const { Results = [] } = output;
  if (Results.length === 0 || !world.strikes('resultMissing')) return output;
  const missing = world.dice.below(Results.length);
  return { ...output, Results: Results.filter((_, n) => n !== missing) };
}

function plantFault(world: MemoryWorld, records: number): (typeof FAULTS)[number] | undefined {
  const planted = FAULTS.find((fault) => world.strikes(fault));
  // One result has no order.
  if (planted === undefined || (planted === 'reorder' && records < 2)) return undefined;
  world.marketplace.plantFault({ kind: planted, operation: 'BatchMeterUsage', next: 1 });
  return planted;
}

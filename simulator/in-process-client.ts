import {
  BatchMeterUsageCommand,
  MarketplaceMeteringServiceException,
  ResolveCustomerCommand,
  type BatchMeterUsageCommandInput,
  type MarketplaceMeteringClient,
} from '@aws-sdk/client-marketplace-metering';
import type { Marketplace, CallOutcome } from './marketplace';
import type { BatchMeterUsageOutput } from './operations/batch-meter-usage';
import type { UsageRecord } from './operations/usage-record';

/**
 * A metering client that calls the rules without HTTP. It does what the SDK otherwise does in between: it converts dates
 * and throws exceptions and timeouts.
 */
export function inProcessMeteringClient(marketplace: Marketplace): MarketplaceMeteringClient {
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof ResolveCustomerCommand) return answerOf(marketplace.call('ResolveCustomer', command.input));
    if (!(command instanceof BatchMeterUsageCommand))
      throw new Error('The in-process client supports only ResolveCustomerCommand and BatchMeterUsageCommand.');
    return fromWire(answerOf(marketplace.call('BatchMeterUsage', toWire(command.input))));
  };
  // Callers use no other member of the SDK's class.
  return { send } as unknown as MarketplaceMeteringClient;
}

/** Converts a request to its wire form, with timestamps in epoch seconds. */
export function toWire(input: BatchMeterUsageCommandInput) {
  const UsageRecords = input.UsageRecords?.map((record) => ({
    ...record,
    Timestamp: (record.Timestamp?.getTime() ?? NaN) / 1000,
  }));
  return { ...input, UsageRecords };
}

/** Converts an output from its wire form to the SDK's. */
export function fromWire(output: object): object {
  const { Results = [], UnprocessedRecords = [] } = output as Partial<BatchMeterUsageOutput>;
  const dated = (record: UsageRecord) => ({ ...record, Timestamp: new Date(Math.round(record.Timestamp * 1000)) });
  return {
    Results: Results.map((result) => ({ ...result, UsageRecord: dated(result.UsageRecord) })),
    UnprocessedRecords: UnprocessedRecords.map(dated),
  };
}

/** @throws the SDK's exception when the call failed or was dropped. */
export function answerOf(outcome: CallOutcome): object {
  switch (outcome.kind) {
    case 'answered':
      return outcome.output;
    case 'dropped':
      throw timeoutError();
    case 'failed': {
      const { type: name, status, message } = outcome.error;
      const $fault = status >= 500 ? 'server' : 'client';
      throw new MarketplaceMeteringServiceException({ name, message, $fault, $metadata: { httpStatusCode: status } });
    }
  }
}

/** The error the SDK throws when no response arrives. */
export function timeoutError(): Error {
  return Object.assign(new Error('no response'), { name: 'TimeoutError' });
}

import {
  BatchMeterUsageCommand,
  MarketplaceMeteringServiceException,
  ResolveCustomerCommand,
  type BatchMeterUsageCommandInput,
  type MarketplaceMeteringClient,
} from '@aws-sdk/client-marketplace-metering';
import type { Marketplace, Outcome } from './marketplace';
import type { BatchMeterUsageOutput } from './operations/batch-meter-usage';
import type { UsageRecord } from './operations/usage-record';

/**
 * The SDK's client on the rules engine, without the wire: what the SDK does between the two (dates, exceptions, a timeout
 * for an answer that never comes) is done here.
 */
export function inProcessMeteringClient(marketplace: Marketplace): MarketplaceMeteringClient {
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof ResolveCustomerCommand) return answerOf(marketplace.call('ResolveCustomer', command.input));
    if (!(command instanceof BatchMeterUsageCommand)) throw new Error('The simulator does not know this command.');
    return fromWire(answerOf(marketplace.call('BatchMeterUsage', toWire(command.input))));
  };
  // The adapters use `send` of the SDK's class and nothing else of it.
  return { send } as unknown as MarketplaceMeteringClient;
}

/** A request as it is sent: timestamps in seconds since the epoch. */
export function toWire(input: BatchMeterUsageCommandInput) {
  const UsageRecords = input.UsageRecords?.map((record) => ({
    ...record,
    Timestamp: (record.Timestamp?.getTime() ?? NaN) / 1000,
  }));
  return { ...input, UsageRecords };
}

/** An answer as the SDK gives it. */
export function fromWire(output: object): object {
  const { Results = [], UnprocessedRecords = [] } = output as Partial<BatchMeterUsageOutput>;
  const dated = (record: UsageRecord) => ({ ...record, Timestamp: new Date(Math.round(record.Timestamp * 1000)) });
  return {
    Results: Results.map((result) => ({ ...result, UsageRecord: dated(result.UsageRecord) })),
    UnprocessedRecords: UnprocessedRecords.map(dated),
  };
}

/** @throws what the SDK throws for an outcome that is no answer. */
export function answerOf(outcome: Outcome): object {
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

/** What the SDK makes of an answer that never comes. */
export function timeoutError(): Error {
  return Object.assign(new Error('no answer'), { name: 'TimeoutError' });
}

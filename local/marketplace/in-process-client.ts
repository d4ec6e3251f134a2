import {
  BatchMeterUsageCommand,
  MarketplaceMeteringServiceException,
  ResolveCustomerCommand,
  type MarketplaceMeteringClient,
} from '@aws-sdk/client-marketplace-metering';
import type { Marketplace } from './marketplace';
import type { BatchMeterUsageOutput } from './operations/batch-meter-usage';
import type { UsageRecord } from './operations/usage-record';

/**
 * The SDK's client on the rules engine, without the wire: what the SDK does between the two (dates, exceptions, a timeout
 * for an answer that never comes) is done here.
 */
export function inProcessMeteringClient(marketplace: Marketplace): MarketplaceMeteringClient {
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof ResolveCustomerCommand) return answerOf(marketplace, 'ResolveCustomer', command.input);
    if (!(command instanceof BatchMeterUsageCommand)) throw new Error('The simulator does not know this command.');
    const UsageRecords = command.input.UsageRecords?.map((record) => ({
      ...record,
      Timestamp: (record.Timestamp?.getTime() ?? NaN) / 1000,
    }));
    const output = answerOf(marketplace, 'BatchMeterUsage', { ...command.input, UsageRecords });
    const { Results, UnprocessedRecords } = output as BatchMeterUsageOutput;
    return {
      Results: Results.map((result) => ({ ...result, UsageRecord: dated(result.UsageRecord) })),
      UnprocessedRecords: UnprocessedRecords.map(dated),
    };
  };
  // The adapters use `send` of the SDK's class and nothing else of it.
  return { send } as unknown as MarketplaceMeteringClient;
}

function answerOf(marketplace: Marketplace, operation: 'BatchMeterUsage' | 'ResolveCustomer', input: object): object {
  const outcome = marketplace.call(operation, input);
  switch (outcome.kind) {
    case 'answered':
      return outcome.output;
    case 'dropped':
      throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
    case 'failed': {
      const { type: name, status, message } = outcome.error;
      const $fault = status >= 500 ? 'server' : 'client';
      throw new MarketplaceMeteringServiceException({ name, message, $fault, $metadata: { httpStatusCode: status } });
    }
  }
}

function dated(record: UsageRecord) {
  return { ...record, Timestamp: new Date(Math.round(record.Timestamp * 1000)) };
}

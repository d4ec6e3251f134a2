import {
  BatchMeterUsageCommand,
  ResolveCustomerCommand,
  type BatchMeterUsageCommandInput,
  type MarketplaceMeteringClient,
  type ResolveCustomerResult,
  type UsageAllocation,
  type UsageRecord,
  type UsageRecordResult,
} from '@aws-sdk/client-marketplace-metering';
import * as z from 'zod';
import { KEEP_BODY, keepingBodyIn, type KeptBody } from './kept-body';

/**
 * Members of AWS's newest service model that the pinned client does not know. The client drops them without a word, in
 * requests and in answers: a record with only `QuantityAsDecimal` would be billed as 0. This file puts them on the wire
 * and reads them from the answer's body. A test fails when the client learns them, and then this file can go.
 */
export interface DecimalUsageRecord extends UsageRecord {
  QuantityAsDecimal?: string;
  UsageAllocations?: DecimalUsageAllocation[];
}

export interface DecimalUsageAllocation extends UsageAllocation {
  AllocatedUsageQuantityAsDecimal?: string;
}

/** A record as an answer repeats it. */
export type EchoedRecord = UsageRecord & { QuantityAsDecimal?: string };

export interface BatchMeterUsageAnswer {
  Results?: (Omit<UsageRecordResult, 'UsageRecord'> & { UsageRecord?: EchoedRecord })[];
  UnprocessedRecords?: UsageRecord[];
}

export async function sendBatchMeterUsage(
  client: MarketplaceMeteringClient,
  request: BatchMeterUsageCommandInput & { UsageRecords: DecimalUsageRecord[] },
): Promise<BatchMeterUsageAnswer> {
  const command = new BatchMeterUsageCommand(request);
  command.middlewareStack.add(
    rewriting((body) => withDecimals(body, request.UsageRecords)),
    { step: 'build', priority: 'high', name: 'writeDecimalMembers' },
  );
  const answer: KeptBody = {};
  command.middlewareStack.add(keepingBodyIn(answer), KEEP_BODY);
  const output = await client.send(command);
  return answer.body === undefined ? output : withEchoes(output, JSON.parse(answer.body));
}

export async function sendResolveCustomer(
  client: MarketplaceMeteringClient,
  RegistrationToken: string,
): Promise<ResolveCustomerResult & { Metadata?: { AgreementId?: string } }> {
  const command = new ResolveCustomerCommand({ RegistrationToken });
  const answer: KeptBody = {};
  command.middlewareStack.add(keepingBodyIn(answer), KEEP_BODY);
  const output = await client.send(command);
  return answer.body === undefined ? output : { ...output, ...customerBody.parse(JSON.parse(answer.body)) };
}

/** Changes the body after the client wrote it, and before the client counts its length and signs it. */
function rewriting(rewrite: (body: unknown) => unknown) {
  return <Args extends { request: unknown }, Result>(next: (args: Args) => Promise<Result>) =>
    async (args: Args): Promise<Result> => {
      const { request } = args;
      // Sending a body that cannot be rewritten would bill 0.
      if (!hasBytes(request)) throw new Error('The metering client does not write its requests as bytes.');
      const written: unknown = JSON.parse(new TextDecoder().decode(request.body));
      request.body = Buffer.from(JSON.stringify(rewrite(written)));
      return next(args);
    };
}

const withBytes = z.object({ body: z.instanceof(Uint8Array) });

function hasBytes(request: unknown): request is { body: Uint8Array } {
  return withBytes.safeParse(request).success;
}

const requestBody = z.looseObject({ UsageRecords: z.array(z.looseObject({})) });

function withDecimals(body: unknown, records: readonly DecimalUsageRecord[]): unknown {
  const written = requestBody.parse(body);
  return {
    ...written,
    UsageRecords: written.UsageRecords.map((record, index) => {
      const { QuantityAsDecimal, UsageAllocations } = records[index] ?? {};
      return { ...record, QuantityAsDecimal, UsageAllocations };
    }),
  };
}

const answerBody = z.object({
  Results: z
    .array(
      z.object({
        UsageRecord: z
          .object({ QuantityAsDecimal: z.union([z.string(), z.number().transform(String)]).optional() })
          .optional(),
      }),
    )
    .default([]),
});

const customerBody = z.object({ Metadata: z.object({ AgreementId: z.string().optional() }).optional() });

function withEchoes({ Results: read = [], ...output }: BatchMeterUsageAnswer, body: unknown): BatchMeterUsageAnswer {
  const results = answerBody.parse(body).Results;
  if (read.length !== results.length) throw new Error('The metering client read another number of results than came.');
  return {
    ...output,
    Results: read.map(({ UsageRecord, ...result }, index) => ({
      ...result,
      UsageRecord: UsageRecord && { ...UsageRecord, ...results[index]?.UsageRecord },
    })),
  };
}

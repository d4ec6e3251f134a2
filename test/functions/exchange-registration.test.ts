import { describe, expect, it } from 'vitest';
import type { Context } from 'aws-lambda';
import { createHandler } from '../../lambdas/exchange-registration/dependencies';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import { sha256Hex } from '../../lambdas/shared/runtime/secrets';
import { DynamoDbAdmissions } from '../../lambdas/shared/stores/registrations';
import { memoryPorts } from '../../proofs/stand-ins/function-ports';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aSubscription } from '../builders/a-subscription';
import { anHttpApiEvent } from '../builders/an-http-request';

const NOW_MS = Date.parse('2026-11-02T12:00:00Z');
const CODE = 'MARKER-code';

async function givenFunction(overrides: Partial<Subscription> = {}, expiresAt = NOW_MS / 1000 + 600) {
  const tables = new MemoryTables();
  const subscription = tables.given(aSubscription(overrides));
  const { subscriptionId } = subscription;
  await new DynamoDbAdmissions(tables.database).issueCode(sha256Hex(CODE), { subscriptionId, expiresAt });
  const { logger, ...ports } = memoryPorts(tables, { nowMs: NOW_MS });
  const run = createHandler({ ...ports, logger }, { tables: TABLE_NAMES });
  const post = async (body: string) => {
    const answer = await run(anHttpApiEvent({ body }, 'POST'), { awsRequestId: 'lambda-1' } as Context);
    return { status: answer.statusCode, body: JSON.parse(answer.body ?? ''), headers: answer.headers };
  };
  return { post, exchange: (code = CODE) => post(JSON.stringify({ code })), subscription, logger };
}

describe('exchange-registration', () => {
  it("returns AWS Marketplace's data about the buyer, and nothing else", async () => {
    const { exchange, subscription } = await givenFunction({ freeTrial: true, agreementId: 'agmt-1' });
    const { subscriptionId, productCode, customerAWSAccountId, licenseArn } = subscription;
    const { status, body, headers } = await exchange();
    expect(status).toBe(200);
    expect(headers?.['content-type']).toContain('application/json');
    expect(body).toEqual({
      subscriptionId,
      productCode,
      customerAWSAccountId,
      licenseArn,
      agreementId: 'agmt-1',
      freeTrial: true,
      freeTrialFrom: 'browser',
      state: 'active',
    });
  });

  it('returns the customer identifier of a legacy customer', async () => {
    const legacy = { customerIdentifier: 'c-1', licenseArn: undefined, licenseId: undefined };
    const { exchange } = await givenFunction(legacy);
    expect((await exchange()).body).toMatchObject({ customerIdentifier: 'c-1', freeTrial: false });
  });

  it('exchanges a code exactly once, however many requests arrive at once', async () => {
    const { exchange } = await givenFunction();
    const answers = await Promise.all([exchange(), exchange(), exchange()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410]);
    expect((await exchange()).body).toMatchObject({ reason: 'codeUsed' });
  });

  it('refuses an expired code and an unknown code', async () => {
    const { exchange } = await givenFunction({}, NOW_MS / 1000);
    expect(await exchange()).toMatchObject({ status: 410, body: { reason: 'codeExpired' } });
    expect(await exchange('guess')).toMatchObject({ status: 404, body: { reason: 'codeUnknown' } });
  });

  it.each(['', 'no json', '[]', '{}', '{"code":7}', '{"code":""}', 'null'])('refuses the body %j', async (body) => {
    const { post } = await givenFunction();
    expect(await post(body)).toMatchObject({ status: 400, body: { reason: 'malformedBody' } });
  });

  it('refuses a body above 16 KB', async () => {
    const { exchange } = await givenFunction();
    expect(await exchange('x'.repeat(16 * 1024))).toMatchObject({ status: 413 });
  });

  it('never logs the code, and does not repeat it in an answer', async () => {
    const { exchange, post, logger } = await givenFunction();
    await exchange();
    const answers = [await exchange(), await post('{"code":"MARKER'), await post('MARKER')];
    expect(JSON.stringify(answers)).not.toContain('MARKER');
    expect(logger.text).toContain('REGISTRATION_EXCHANGED');
    expect(logger.text).not.toContain('MARKER');
  });
});

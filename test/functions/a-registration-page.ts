import type { Context } from 'aws-lambda';
import { createHandler } from '../../lambdas/complete-registration/dependencies';
import type { SellerConfiguration } from '../../lambdas/shared/contract/written-configuration';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import { sha256Hex } from '../../lambdas/shared/runtime/secrets';
import { sessionKey } from '../../lambdas/shared/stores/registrations';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { aSellerConfiguration, LICENSE_PRODUCT } from '../../proofs/stand-ins/a-seller';
import { memoryPorts } from '../../proofs/stand-ins/function-ports';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aSubscription } from '../builders/a-subscription';
import { anHttpApiEvent } from '../builders/an-http-request';

export const OPENED_MS = Date.parse('2026-11-02T12:00:00Z');
export const HOST = 'abc.execute-api.us-east-1.amazonaws.com';
export const ada = { email: 'ada@gmail.com', name: 'Ada Lovelace', company: 'Analytical Engines' };

/** The wired function on tables in memory, with one session open for an hour. */
export function givenFunction(overrides: Partial<Subscription> = {}, settings: Partial<SellerConfiguration> = {}) {
  const tables = new MemoryTables();
  const time = { nowMs: OPENED_MS };
  const { subscriptionId } = tables.given(aSubscription({ productCode: LICENSE_PRODUCT, ...overrides }));
  const expiresAt = OPENED_MS / 1000 + 3600;
  tables.put('registrations', { ...sessionKey(sha256Hex('secret')), subscriptionId, expiresAt });
  const ports = { ...memoryPorts(tables, time), clock: { now: () => time.nowMs } };
  const { page, ...configuration } = aSellerConfiguration(settings);
  const run = createHandler(ports, { tables: TABLE_NAMES, configuration, pages: { page } });
  const context = { awsRequestId: 'lambda-1' } as Context;
  const cookies = ['other=1', '__Host-registration=secret'];
  const get = (event: Record<string, unknown> = {}) => run(anHttpApiEvent({ cookies, ...event }), context);
  /** The page's text without its markup, each run of white space as a space. */
  const read = async (rawQueryString = '') => textOf((await get({ rawQueryString })).body);
  const post = (fields: Record<string, string>, event: Record<string, unknown> = {}) => {
    const headers = { origin: `https://${HOST}`, host: HOST };
    const body = new URLSearchParams(fields).toString();
    return run(anHttpApiEvent({ cookies, headers, body, ...event }, 'POST'), context);
  };
  const subscription = tables.subscription(subscriptionId);
  const database = { client: ports.client, tables: TABLE_NAMES, sleep: ports.sleep };
  return { get, read, post, time, subscription, tables, database, logger: ports.logger };
}

function textOf(body = ''): string {
  const [, main = ''] = /<main>([^]*)<\/main>/.exec(body) ?? [];
  return main.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

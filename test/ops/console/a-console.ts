import { afterAll, beforeAll } from 'vitest';
import { parseSellerConfiguration } from '../../../lambdas/shared/contract/seller-configuration';
import type { Ops } from '../../../ops/command';
import { startConsole, type RunningConsole } from '../../../ops/console/server';
import { openLocalStack } from '../../../ops/installation/local-stack';
import type { Installation } from '../../../ops/installation/installation';
import { overwriteUsage, usageItem } from '../../../proofs/actors/put-usage';
import { RecordingTerminal } from '../../fakes/recording-terminal';
import { useFlow, type FlowStack } from '../../flow/a-running-stack';
import { NETTED_PRODUCT, STORAGE_PRODUCT } from '../../flow/products';

export const HOSTILE_COMPANY = `Acme "<script>alert('1')</script>" & Söhne`;
const HOSTILE_EVENT = `e"><script>alert(2)</script>`;
/** Turns the text after it around. */
export const REVERSE = '\u202e';

/** The console on a running stack, with a buyer who asks why 91.5 units were billed on 3 July at 14:00. */
export interface ConsoleUnderTest {
  running: FlowStack;
  ops: Ops;
  address: string;
  /** Without the token. */
  origin: string;
  cookie: string;
  /** Acme, whose contract covers 150 events a month. */
  acmeId: string;
  acmeAccount: string;
  /** Used 3.5 events in two hours with whole quantities, of which 0.5 were carried over. */
  storageId: string;
  page(path: string): Promise<{ status: number; text: string; headers: Headers }>;
  /** The page once it is complete. */
  completePage(path: string): Promise<string>;
}

export function useConsole(): ConsoleUnderTest {
  const running = useFlow({ now: '2026-07-03T14:20:00Z', mayFail: true });
  const given = { running } as ConsoleUnderTest;
  let served: RunningConsole | undefined;
  let installation: Installation | undefined;
  beforeAll(async () => {
    Object.assign(given, await usageOf(running));
    installation = await openLocalStack({
      port: Number(new URL(running.stack.url).port),
      region: 'us-east-1',
      config: 'marketplace.config.json',
    });
    const configuration = parseSellerConfiguration(running.configuration);
    given.ops = { installation, configuration: () => configuration, terminal: new RecordingTerminal() };
    served = await startConsole(given.ops, { port: 0 });
    const first = await fetch(served.address, { redirect: 'manual' });
    given.address = served.address;
    given.origin = new URL(served.address).origin;
    given.cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
    given.page = async (path) => {
      const answer = await fetch(given.origin + path, { headers: { cookie: given.cookie } });
      return { status: answer.status, text: await answer.text(), headers: answer.headers };
    };
    given.completePage = async (path) => {
      for (;;) {
        const { text } = await given.page(path);
        if (!text.includes('http-equiv="refresh"')) return text;
      }
    };
  });
  afterAll(async () => {
    await served?.stop();
    installation?.close();
  });
  return given;
}

async function usageOf(running: FlowStack) {
  const entitlements = [{ dimension: 'events_included', value: { IntegerValue: 150 } }];
  const acme = running.subscribe(NETTED_PRODUCT, { entitlements });
  await running.settled();
  const acmeId = await running.registerAs(acme, { company: HOSTILE_COMPANY, email: 'bea@acme.example' });
  const { subscriptionId: storageId } = await running.givenBuyer(STORAGE_PRODUCT);
  await running.report([
    { id: 'first', subscriptionId: acmeId, quantity: '241.5' },
    { id: HOSTILE_EVENT, subscriptionId: storageId, quantity: '2.5', tags: { Department: 'legal' } },
  ]);
  await running.stack.runHour();
  await running.report([
    { id: 'late', subscriptionId: storageId, quantity: 1, time: '2026-07-03T14:30:00Z' },
    { id: 'space', subscriptionId: acmeId, dimension: 'storage', quantity: '0.25' },
  ]);
  const timeMs = running.clock.now();
  await overwriteUsage(running.usageEvents, {
    ...usageItem({ subscriptionId: acmeId, id: `x${REVERSE}y`, dimension: 'events', quantity: '1', timeMs }, timeMs),
    quantity: { S: 'none' },
  });
  await running.stack.runHour();
  await running.passQuarters(2);
  return { acmeId, acmeAccount: acme.accountId, storageId };
}

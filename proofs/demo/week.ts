import { join } from 'node:path';
import { SingleBar } from 'cli-progress';
import { synthesizeIfStale } from '../../local/stack/synthesize';
import { readConfigurationFile } from '../../ops/installation/configuration';
import pc from '../../ops/output/colours';
import { startRunningStack, type RunningStack } from '../actors/running-stack';
import { EXAMPLE_CONFIGURATION } from '../example-configuration';
import { registerCustomer, type Customer } from './customer';
import { DEMO_BUYERS, DEMO_START_MS, HOUR_MS, WEEK_HOURS } from './scenario';

/** Hours after the week in which late usage and carried fractions are still billed. */
const TAIL_HOURS = 8;

const ASSEMBLY = join('.local', 'demo', 'cdk.out');

/** How many events POST /usage accepted, and how many it knew already. */
type Statuses = Record<'accepted' | 'duplicate', number>;

/** The week of the demo, played. */
export interface Week {
  running: RunningStack;
  customers: readonly Customer[];
  statuses: Statuses;
}

const say = (line: string) => console.log(pc.dim(line));

/** Starts the stack, on any free ports by default, and plays the week on it. Whoever asked stops it. */
export async function playWeek(ports: { port?: number; marketplacePort?: number } = {}): Promise<Week> {
  await synthesizeIfStale({ assembly: ASSEMBLY, configurationFile: EXAMPLE_CONFIGURATION, say });
  say('Starting DynamoDB, AWS Marketplace and the stack …');
  const { products } = readConfigurationFile(EXAMPLE_CONFIGURATION);
  const stack = { assembly: ASSEMBLY, port: ports.port };
  const running = await startRunningStack({ nowMs: DEMO_START_MS, products, stack, ...ports });
  try {
    const customers: Customer[] = [];
    for (const scenario of DEMO_BUYERS) {
      customers.push(await registerCustomer(scenario, running));
      say(`${scenario.company} subscribed in AWS Marketplace and registered.`);
    }
    return { running, customers, statuses: await replay(running, customers) };
  } catch (error) {
    await running.stop();
    throw error;
  }
}

/** Plays the week hour by hour: the application reports what it has, the hour ends, the hourly rule fires. */
async function replay(running: RunningStack, customers: readonly Customer[]): Promise<Statuses> {
  const { clock, stack } = running;
  const statuses: Statuses = { accepted: 0, duplicate: 0 };
  const progress = new SingleBar({ format: 'a week of usage {bar} {value}/{total} hours', clearOnComplete: true });
  if (process.stdout.isTTY) progress.start(WEEK_HOURS + TAIL_HOURS, 0);
  else say('Replaying a week of usage, hour by hour …');
  for (let hour = 0; hour < WEEK_HOURS + TAIL_HOURS; hour += 1) {
    const report = (reporters: readonly Customer[]) => reportHour(running, { customers: reporters, hour, statuses });
    const leaving = customers.filter(({ scenario: { cancelsAfterMs = -1 } }) => hourOf(cancelsAfterMs) === hour);
    for (const customer of leaving) {
      clock.set(DEMO_START_MS + (customer.scenario.cancelsAfterMs ?? 0));
      await report([customer]);
      customer.buyer.cancel();
      await running.settled();
    }
    clock.set(DEMO_START_MS + (hour + 1) * HOUR_MS - 60_000);
    await report(customers.filter((customer) => !leaving.includes(customer)));
    await stack.runHour();
    progress.update(hour + 1);
  }
  progress.stop();
  return statuses;
}

interface HourOfReports {
  customers: readonly Customer[];
  hour: number;
  statuses: Statuses;
}

/** @throws Error when usage is refused: the scenario has none that may be. */
async function reportHour({ application }: RunningStack, { customers, hour, statuses }: HourOfReports): Promise<void> {
  const reported = customers.flatMap(({ subscriptionId, events }) =>
    events
      .filter(({ reportedInHour }) => reportedInHour === hour)
      .map(({ id, dimension, quantity, tags, timeMs }) => {
        const time = new Date(timeMs).toISOString();
        return { id, subscriptionId, dimension, quantity, tags, time };
      }),
  );
  for (const { status, message } of await application.report(reported)) {
    if (status !== 'accepted' && status !== 'duplicate') throw new Error(`Usage was ${status}: ${message ?? ''}`);
    statuses[status] += 1;
  }
}

function hourOf(ms: number): number {
  return Math.floor(ms / HOUR_MS);
}

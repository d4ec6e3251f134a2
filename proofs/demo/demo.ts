import { openConsole } from '../../local/local-console';
import { requireFree } from '../../local/stack/free-port';
import { untilInterrupted } from '../../local/stack/interrupted';
import pc from '../../ops/output/colours';
import type { RunningStack } from '../actors/running-stack';
import { EXAMPLE_CONFIGURATION } from '../example-configuration';
import { printVerdict } from './verdict';
import { playWeek } from './week';

export interface DemoOptions {
  /** Whether the week stays until it is interrupted, on these ports. */
  keep: boolean;
  port: number;
  marketplacePort: number;
  consolePort: number;
}

/** Plays the week and prints the bill. @returns the exit code */
export async function demo({ keep, port, marketplacePort, consolePort }: DemoOptions): Promise<number> {
  const ports = keep ? { port, marketplacePort } : {};
  for (const wanted of Object.values(ports)) await requireFree(wanted);
  const week = await playWeek(ports);
  try {
    const isExact = await printVerdict(week);
    if (keep) await stand(week.running, consolePort);
    return isExact ? 0 : 1;
  } finally {
    await week.running.stop();
  }
}

/** Shows the week until somebody interrupts it. Its clock stands at the end of the week. */
async function stand({ stack, clock }: RunningStack, consolePort: number): Promise<void> {
  const port = Number(new URL(stack.url).port);
  const page = await openConsole({ port, consolePort, config: EXAMPLE_CONFIGURATION });
  try {
    console.log(`
${pc.bold('The week stays.')} On its clock it is ${new Date(clock.now()).toISOString()}.
${pc.bold('Console')}            ${pc.cyan(page.address)}
${pc.bold('AWS Marketplace')}    ${pc.cyan(stack.status().endpoints.marketplace)}
${pc.bold('Terminal')}           npm run ops -- --local --port ${port} --config ${EXAMPLE_CONFIGURATION} subscriptions

${pc.dim('Ctrl-C stops everything.')}`);
    await untilInterrupted();
  } finally {
    await page.stop();
  }
}

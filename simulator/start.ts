import { assemble } from './assemble';
import { buy } from './buy';
import { environmentOf } from './environment';
import { comparedHost, reachedAs } from './hosts';
import type { StartMarketplaceOptions } from './options';
import type { RunningSimulator } from './public-api';
import { readState, restored, StateFile } from './state-file/state-file';
import { createServer, portOf } from './wire/server';
import type { Simulator } from './wire/simulator';

/** What users of the package see, and what only this repository does. */
export interface RunningMarketplace extends Simulator, Omit<RunningSimulator, keyof Simulator> {}

/** How often activations, expiries and deprovisionings that are due are performed, in real time. */
const DUE_INTERVAL_MS = 1000;

/** Starts the simulator, on the loopback unless told otherwise. @throws Error that says what to do. */
export async function startMarketplace(given: StartMarketplaceOptions = {}): Promise<RunningMarketplace> {
  const { port = 0, host = '127.0.0.1', allowHosts = [], stateFile } = given;
  const saved = stateFile === undefined ? undefined : readState(stateFile);
  const assembled =
    stateFile !== undefined && saved ? restored(stateFile, () => assemble(given, saved)) : assemble(given);
  const { simulator, trail, settled, onChange, onFailure } = assembled;
  const { marketplace, clock, settings } = simulator;
  const app = await createServer(simulator, {
    // A page that rebinds its own name comes with that name, so the address itself is safe.
    allowedHosts: [reachedAs(host), ...allowHosts].map(comparedHost),
    onAnswered: () => onChange.changed(),
  });
  await app.listen({ port, host });
  let file: StateFile | undefined;
  try {
    const take = () => ({ clock: clock.saved(), settings, marketplace: marketplace.snapshot() });
    if (stateFile !== undefined) file = new StateFile({ path: stateFile, take, onFailure });
  } catch (error) {
    await app.close();
    throw error;
  }
  onChange.changed = () => file?.changed();
  const due = setInterval(() => marketplace.runDue(), DUE_INTERVAL_MS);
  due.unref();
  const stopListening = clock.onMoved(() => {
    marketplace.runDue();
    onChange.changed();
  });
  const endpoint = `http://${reachedAs(host)}:${portOf(app)}`;
  return {
    ...simulator,
    endpoint,
    environment: environmentOf(endpoint),
    isContinued: saved !== undefined,
    buy: (order) => buy(marketplace, order),
    settled,
    stop: async () => {
      clearInterval(due);
      stopListening();
      await app.close();
      await settled();
      trail.write();
      file?.close();
    },
  };
}

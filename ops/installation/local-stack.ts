import * as z from 'zod';
import { OperatorError } from '../errors';
import { createClients } from './clients';
import { LocalObservation } from './local-observation';
import { optionsOf, partsOf, type Installation, type Target } from './installation';

const statusSchema = z.object({
  now: z.iso.datetime(),
  clockRuns: z.boolean(),
  outputs: z.record(z.string(), z.unknown()),
  endpoints: z.object({ aws: z.string(), dynamodb: z.string(), marketplace: z.string() }),
  resources: z.array(z.object({ logicalId: z.string(), type: z.string(), physicalId: z.string() })),
});

/** The stack of `npm start`, found through its control API. The commands use its simulated time. */
export async function openLocalStack({ port, region, config }: Omit<Target, 'local' | 'stack'>): Promise<Installation> {
  const url = `http://127.0.0.1:${port}`;
  const title = `The local stack at ${url}`;
  const status = await readStatus(url);
  const { outputs, resources, endpoints } = status;
  const parts = partsOf(title, { outputs, resources });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  let simulated = clockOf(status);
  return {
    title,
    region,
    options: ['--local', ...optionsOf({ port, config })],
    clock: { now: () => simulated() },
    caller: async () => 'local',
    ...createClients({ region, credentials, endpoints }),
    ...parts,
    billing: { kind: 'simulator', endpoint: endpoints.marketplace },
    observation: new LocalObservation(url),
    local: { url, marketplaceUrl: endpoints.marketplace },
    synchronize: async () => {
      simulated = clockOf(await readStatus(url));
    },
  };
}

function clockOf({ now, clockRuns }: Pick<z.infer<typeof statusSchema>, 'now' | 'clockRuns'>): () => number {
  const nowMs = Date.parse(now);
  const offsetMs = nowMs - Date.now();
  return () => (clockRuns ? Date.now() + offsetMs : nowMs);
}

async function readStatus(url: string): Promise<z.infer<typeof statusSchema>> {
  let answer: unknown;
  try {
    answer = await (await fetch(`${url}/_stack`)).json();
  } catch (cause) {
    throw new OperatorError(`No stack answers at ${url}. Start one with \`npm start\`, or set --port.`, { cause });
  }
  const status = statusSchema.safeParse(answer);
  if (!status.success)
    throw new OperatorError(`${url} is not a stack of this version. Restart it with \`npm start\`, or set --port.`);
  return status.data;
}

import type { AwsFacts } from './aws-facts';
import type { ClientPackage } from './client-package';
import { clientDifferences, modelDifferences } from './differences';
import type { Botocore } from './newest';
import type { Comparison } from './report';
import type { ServiceModel } from './service-model';

/** Where the newest releases come from. Each may be out of reach. */
export interface Sources {
  botocore(): Promise<Pick<Botocore, 'model' | 'release'>>;
  client(name: string): Promise<ClientPackage>;
}

/** What was found, and the facts as they are now. */
export interface Found extends Comparison {
  facts: AwsFacts;
}

/** Compares the facts with everything that can be reached. What cannot be is told, and keeps its facts. */
export async function compare(facts: AwsFacts, sources: Sources): Promise<Found> {
  const found: Found = { compared: [], notCompared: [], differences: [], facts };
  await compareModels(found, sources);
  for (const name of Object.keys(facts.clients)) await compareClient(found, { name, sources, facts });
  return found;
}

async function compareModels(found: Found, sources: Sources): Promise<void> {
  const names = Object.keys(found.facts.services);
  try {
    const botocore = await sources.botocore();
    const models = new Map(names.map((name) => [name, botocore.model(name)]));
    const { version, date } = botocore.release;
    found.differences.push(...modelDifferences(found.facts, models));
    found.facts = { ...found.facts, ...readAgain(found.facts, models) };
    found.facts.model = { ...found.facts.model, botocore: version, date };
    found.compared.push(`botocore ${version} of ${date}`);
  } catch (error) {
    found.notCompared.push(`the service models of ${names.join(', ')} (botocore). ${reasonOf(error)}`);
  }
}

function readAgain({ operations, services }: AwsFacts, models: ReadonlyMap<string, ServiceModel>) {
  return {
    services: Object.fromEntries(
      Object.entries(services).map(([name, old]) => [name, models.get(name)?.service ?? old]),
    ),
    operations: Object.fromEntries(
      Object.entries(operations).map(([name, old]) => [name, models.get(old.service)?.operation(name) ?? old]),
    ),
  };
}

/** `facts`: as they were, because a client need not know a member that only the newest model has. */
async function compareClient(
  found: Found,
  { name, sources, facts }: { name: string; sources: Sources; facts: AwsFacts },
): Promise<void> {
  const before = facts.clients[name];
  if (before === undefined) return;
  try {
    const newest = await sources.client(name);
    found.differences.push(...clientDifferences(facts, name, newest));
    const now = { ...before, version: newest.version, lacks: newest.lacks(before.operations, found.facts) };
    found.facts = { ...found.facts, clients: { ...found.facts.clients, [name]: now } };
    found.compared.push(`${name} ${newest.version}`);
  } catch (error) {
    found.notCompared.push(`${name}. ${reasonOf(error)}`);
  }
}

/** The first line of a message; the rest of pip's and npm's is advice. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0] ?? '';
}

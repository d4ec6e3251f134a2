import { rmSync } from 'node:fs';

export default async function globalTeardown(): Promise<void> {
  await globalThis.dynamoDbLocal?.stop();
  const assemblies = process.env.TEST_ASSEMBLIES;
  if (assemblies !== undefined) rmSync(assemblies, { recursive: true, force: true });
}

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseDockerfile } from '../../packages/simulator/dockerfile';

const IMAGE = parseDockerfile(readFileSync('packages/simulator/Dockerfile', 'utf8'));
const valueOf = (wanted: string) => IMAGE.find(({ name }) => name === wanted)?.value;

it("reads a Dockerfile's instructions without its comments, and continued lines as one", () => {
  const text =
    '# A comment\nFROM node:24-slim\n\nHEALTHCHECK --timeout=3s \\\n  CMD ["node"]\n  # Another\nUSER 1000\n';
  expect(parseDockerfile(text)).toEqual([
    { name: 'FROM', value: 'node:24-slim' },
    { name: 'HEALTHCHECK', value: '--timeout=3s CMD ["node"]' },
    { name: 'USER', value: '1000' },
  ]);
});

it("makes the simulator's image of a slim Node, without root, with a health check and the state in a volume", () => {
  expect([valueOf('FROM'), valueOf('USER'), valueOf('VOLUME')]).toEqual(['node:24-slim', '1000', '/state']);
  expect(valueOf('HEALTHCHECK')).toContain('http://127.0.0.1:4600/');
  expect(valueOf('ENTRYPOINT')).toContain('"--host", "0.0.0.0", "--state", "/state/state.json"');
});

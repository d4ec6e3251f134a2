import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useFlow } from './a-running-stack';

const running = useFlow();
const tools = mkdtempSync(join(tmpdir(), 'samples-'));
let subscriptionId: string;

/** The samples that report usage from a shell, as they stand in the document. */
const SAMPLES = [...readFileSync('docs/integrate.md', 'utf8').matchAll(/```sh\n([^]*?)```/g)]
  .map(([, text = '']) => text)
  .filter((text) => text.includes('$USAGE_URL'));

beforeAll(async () => {
  ({ subscriptionId } = await running.givenBuyer());
  // The stack's time stands, and a test needs no curl: the one here shows what it was asked to send.
  const date = new Date(running.clock.now()).toISOString().slice(0, 19);
  writeFileSync(join(tools, 'date'), `#!/bin/sh\necho ${date}Z\n`, { mode: 0o755 });
  const lines = ['#!/bin/sh', `printf '%s\\036' "$@"`, 'case "$*" in *@-*) cat ;; esac'];
  writeFileSync(join(tools, 'curl'), `${lines.join('\n')}\n`, { mode: 0o755 });
});
afterAll(() => rmSync(tools, { recursive: true }));

/** Runs a sample in a shell. @returns the content type and the body that it sends. */
function paste(sample: string): { contentType: string; body: string } {
  const env = {
    PATH: `${tools}:${process.env.PATH ?? ''}`,
    USAGE_URL: 'http://127.0.0.1/usage',
    SUBSCRIPTION_ID: subscriptionId,
  };
  const words = execFileSync('sh', ['-c', sample], { env, encoding: 'utf8' }).split('\u001e');
  expect(words).toEqual(expect.arrayContaining(['--aws-sigv4', 'aws:amz:us-east-1:execute-api', env.USAGE_URL]));
  const contentType = /^content-type: (.*)$/.exec(words[words.indexOf('-H') + 1] ?? '')?.[1] ?? '';
  const body = words.includes('-d') ? words[words.indexOf('-d') + 1] : words.at(-1);
  return { contentType, body: body ?? '' };
}

describe('a sample of the documents that reports usage', () => {
  it('exists in JSON and as CloudEvents', () => {
    expect(SAMPLES).toHaveLength(2);
  });

  it.each(SAMPLES)('is accepted when pasted: %s', async (sample) => {
    const { contentType, body } = paste(sample);
    const response = await running.application.post('/usage', body, contentType);
    expect(await response.json()).toMatchObject({ results: [{ status: 'accepted' }] });
  });
});

import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { follow, writtenFacts, type Progress } from '../../../../ops/doctor/limited/follow';
import type { Step } from '../../../../ops/doctor/limited/walk';

const aStep = (step: string, state: Step['state']): Step => ({ step, state, todo: `Do ${step}.` });
const aProgress = (...steps: Step[]): Progress => ({
  steps,
  facts: [{ fact: 'A fact.', measured: '7', agrees: true }],
  isDone: steps.every(({ state }) => state === 'done'),
});

async function followed(looks: number, ...seen: Progress[]) {
  const told: string[] = [];
  let pauses = 0;
  const progress = await follow({
    look: async () => seen[Math.min(pauses, seen.length - 1)] ?? aProgress(),
    tell: ({ step }) => told.push(step),
    pause: async () => (pauses += 1),
    looks,
  });
  return { told, pauses, progress };
}

describe('following a walk', () => {
  const first = aProgress(aStep('a', 'next'), aStep('b', 'later'));
  const second = aProgress(aStep('a', 'done'), aStep('b', 'next'));
  const done = aProgress(aStep('a', 'done'), aStep('b', 'done'));

  it('tells each step once, when it is the next, and ends when all are done', async () => {
    const { told, pauses, progress } = await followed(100, first, first, second, second, done);
    expect([told, pauses, progress.isDone]).toEqual([['a', 'b'], 4, true]);
  });

  it('ends when its patience does, with the walk as it stands', async () => {
    expect(await followed(3, first)).toMatchObject({ pauses: 2, progress: { isDone: false } });
  });

  it('looks once and tells nothing when it need not wait', async () => {
    expect(await followed(1, first)).toMatchObject({ told: [], pauses: 0 });
  });
});

describe('what is written of a walk', () => {
  const given = { at: '2026-11-28T10:00:00.000Z', followed: { product: 'code', account: '111122223333' } };

  it('calls measured what a Limited listing showed, with the day', () => {
    const { facts } = writtenFacts(aProgress(), { ...given, isPlayed: false });
    const from = 'a Limited listing, 2026-11-28';
    expect(facts).toEqual([{ fact: 'A fact.', measured: '7', agrees: true, known: 'measured', from }]);
  });

  it('never calls measured what the simulator played', () => {
    const { facts } = writtenFacts(aProgress(), { ...given, isPlayed: true });
    expect(facts).toMatchObject([{ known: 'played', from: 'the simulator' }]);
  });

  it('does not name the account that bought', () => {
    expect(JSON.stringify(writtenFacts(aProgress(), { ...given, isPlayed: false }))).not.toContain('111122223333');
  });
});

it('names facts as data/aws-facts.json does', () => {
  const { unseen } = z
    .object({ unseen: z.array(z.object({ fact: z.string() })) })
    .parse(JSON.parse(readFileSync('data/aws-facts.json', 'utf8')));
  const source = readFileSync('ops/doctor/limited/facts.ts', 'utf8');
  const named = [...source.matchAll(/^ +fact:\s+(?:'([^']+)'|"([^"]+)")/gm)].map(
    ([, plain, quoted]) => plain ?? quoted,
  );
  expect(named.length).toBe(4);
  for (const fact of named) expect(unseen.map((each) => each.fact)).toContain(fact);
});

import { describe, expect, it } from 'vitest';
import { AwsV4Signer } from 'aws4fetch';
import { aReporter, ANSWERS } from './a-reporter';

const REQUEST_TIMEOUT = 30_000;

describe('a usage reporter collects', () => {
  it('sends a full request at once, and the rest when its first event has waited for the delay', async () => {
    const { report, requests, pass, settled, reporter } = await aReporter();
    report(250);
    await settled();
    expect(requests.map(({ length }) => length)).toEqual([100, 100]);
    await pass(999);
    expect(requests).toHaveLength(2);
    await pass(1);
    expect(requests.map(({ length }) => length)).toEqual([100, 100, 50]);
    expect(reporter.pending).toBe(0);
  });

  it('sends events in the order of their reports, under their ids or new ones', async () => {
    const { reporter, report, pass, sentIds } = await aReporter();
    report(1);
    reporter.report({ id: 'job-1', subscriptionId: 's-1', dimension: 'events', quantity: '0.25' });
    report(1);
    await pass(1000);
    expect(sentIds()).toEqual([['id-1', 'job-1', 'id-2']]);
  });

  it('sends a copy: whatever happens to the event afterwards', async () => {
    const { reporter, requests, pass } = await aReporter();
    const tags: Record<string, string> = { Project: 'search' };
    reporter.report({ subscriptionId: 's-1', dimension: 'events', quantity: 2.5, time: new Date(0), tags });
    tags.Project = 'other';
    await pass(1000);
    expect(requests).toEqual([
      [
        {
          ...{ id: 'id-1', subscriptionId: 's-1', dimension: 'events', quantity: '2.5' },
          ...{ time: '1970-01-01T00:00:00.000Z', tags: { Project: 'search' } },
        },
      ],
    ]);
  });

  it('keeps a request below the size that the server takes', async () => {
    const { reporter, requests, pass } = await aReporter();
    const tags = { Project: 'x'.repeat(15_000) };
    for (let n = 0; n < 100; n += 1)
      reporter.report({ subscriptionId: 's-1', dimension: 'events', quantity: n, time: new Date(0), tags });
    await pass(1000);
    expect(requests.flat()).toHaveLength(100);
    expect(requests.map((request) => JSON.stringify(request).length > 1_000_000)).toEqual([false, false]);
  });

  it('has no more requests under way than it was told', async () => {
    const { report, mostInFlight, requests, settled } = await aReporter({ concurrency: 3, batchSize: 10 });
    report(200);
    await settled();
    expect([requests.flat().length, mostInFlight()]).toEqual([200, 3]);
  });

  it('takes no more events than it may keep, says so, and takes more once they are answered', async () => {
    const { reporter, report, reply, requests, pass } = await aReporter({ maxPending: 5, answer: ANSWERS.busy });
    report(5);
    expect(() => report(1)).toThrow(expect.objectContaining({ name: 'UsageNotTakenError', reason: 'full' }));
    await pass(1000);
    expect(() => report(1)).toThrow(expect.objectContaining({ reason: 'full' }));
    reply.next = ANSWERS.accepted;
    await pass(100);
    expect(reporter.pending).toBe(0);
    expect(report(1)).toHaveLength(1);
    expect(requests.map(({ length }) => length)).toEqual([5, 5]);
  });

  it.each([
    ['no subscription', { subscriptionId: '' }],
    ['an empty id', { id: '' }],
    ['a time that is none', { time: new Date('tomorrow') }],
    ['a size beyond reason', { tags: { Project: 'x'.repeat(20_000) } }],
  ])('does not take an event with %s', async (_case, wrong) => {
    const { reporter } = await aReporter();
    const event = { subscriptionId: 's-1', dimension: 'events', quantity: 1, ...wrong };
    expect(() => reporter.report(event)).toThrow(expect.objectContaining({ reason: 'invalid' }));
    expect(reporter.pending).toBe(0);
  });
});

describe('a usage reporter signs', () => {
  it('its requests as AWS wants them, at its own time, with the session token', async () => {
    const keys = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'session' };
    const { report, requests, headers, pass } = await aReporter({ credentials: async () => keys });
    report(1);
    await pass(1000);
    const { authorization, ...given } = headers[0] ?? {};
    const signer = new AwsV4Signer({
      ...{ ...keys, service: 'execute-api', region: 'us-east-1', allHeaders: true, method: 'POST' },
      ...{ url: 'http://127.0.0.1/usage', body: JSON.stringify(requests[0]), headers: given },
      datetime: '20261128T120001Z',
    });
    expect(given).toMatchObject({ 'x-amz-security-token': 'session', 'content-type': 'application/json' });
    expect(authorization).toBe((await signer.sign()).headers.get('authorization'));
  });

  it('tells that there are no credentials, and sends the events once there are', async () => {
    const provider = { isThere: false };
    const { report, requests, problems, pass } = await aReporter({
      credentials: async () => {
        if (!provider.isThere) throw new Error('no credentials');
        return { accessKeyId: 'test', secretAccessKey: 'test' };
      },
    });
    report(1);
    await pass(1000);
    provider.isThere = true;
    await pass(100);
    expect([requests.length, problems]).toEqual([1, [expect.stringContaining('no credentials')]]);
  });
});

describe('a usage reporter sends again', () => {
  it.each([
    ['a network error', () => new Error('connect ECONNREFUSED')],
    ['429', () => ({ status: 429, body: {} })],
    ['500', () => ({ status: 500, body: {} })],
    ['403, which somebody can mend', () => ({ status: 403, body: {} })],
    ['a redirect, which it does not follow', () => ({ status: 302, body: {} })],
    ['an answer without an answer for each event', () => ({ status: 200, body: { results: [] } })],
    ['the answers to other events', () => ({ status: 200, body: { results: [{ id: 'x', status: 'accepted' }] } })],
  ])('after %s, under the same id', async (_case, answer) => {
    const { report, reply, sentIds, problems, rejected, pass } = await aReporter({ answer });
    report(1);
    await pass(1000);
    expect(problems).toHaveLength(1);
    reply.next = ANSWERS.accepted;
    await pass(100);
    expect([sentIds(), rejected]).toEqual([[['id-1'], ['id-1']], []]);
  });

  it('after pauses of a random part of a span that doubles up to a limit', async () => {
    const { report, pauses, pass } = await aReporter({ answer: ANSWERS.busy, longestPauseMs: 1000 });
    report(1);
    await pass(1000);
    for (let retry = 1; retry <= 5; retry += 1) await pass(500);
    expect(pauses.filter((ms) => ![1000, REQUEST_TIMEOUT].includes(ms))).toEqual([100, 200, 400, 500, 500, 500]);
  });

  it('only the events that were not stored, together with those that have come since', async () => {
    const { report, reply, sentIds, pass } = await aReporter({
      answer: (events) => ({
        status: 200,
        body: { results: events.map(({ id }) => ({ id, status: id === 'id-2' ? 'retry' : 'accepted' })) },
      }),
    });
    report(3);
    await pass(1000);
    report(1);
    reply.next = ANSWERS.accepted;
    await pass(100);
    expect(sentIds()).toEqual([
      ['id-1', 'id-2', 'id-3'],
      ['id-2', 'id-4'],
    ]);
  });

  it('when no answer comes in time', async () => {
    const { report, reply, sentIds, problems, pass } = await aReporter({ answer: async () => new Promise(() => {}) });
    report(1);
    await pass(1000);
    reply.next = ANSWERS.accepted;
    await pass(REQUEST_TIMEOUT);
    await pass(100);
    expect([sentIds(), problems]).toEqual([
      [['id-1'], ['id-1']],
      [expect.stringContaining('no answer within 30000 ms')],
    ]);
  });
});

describe('a usage reporter tells', () => {
  it('each event that the server refuses, once, and sends it no more', async () => {
    const { report, rejected, requests, reporter, pass } = await aReporter({
      answer: (events) => ({
        status: 200,
        body: {
          results: events.map(({ id }) => {
            if (id === 'id-2') return { id, status: 'rejected', reason: 'unknownDimension', message: 'No such.' };
            return { id, status: 'duplicate', ...(id === 'id-3' && { contentDiffers: true }) };
          }),
        },
      }),
    });
    report(3);
    await pass(1000);
    await pass(60_000);
    expect(rejected).toEqual([
      ['id-2', 'unknownDimension'],
      ['id-3', 'contentDiffers'],
    ]);
    expect([requests.length, reporter.pending]).toEqual([1, 0]);
  });

  it('all events of a request that is refused as a whole, and sends them no more', async () => {
    const { report, rejected, requests, pass } = await aReporter({ answer: () => ({ status: 400, body: {} }) });
    report(2);
    await pass(1000);
    await pass(60_000);
    expect([requests.length, rejected]).toEqual([
      1,
      [
        ['id-1', 'requestRefused'],
        ['id-2', 'requestRefused'],
      ],
    ]);
  });

  it('that the application failed at a rejection, and goes on', async () => {
    const { report, reply, requests, problems, pass } = await aReporter({
      answer: () => ({ status: 400, body: {} }),
      onRejected: () => {
        throw new Error('no');
      },
    });
    report(1);
    await pass(1000);
    reply.next = ANSWERS.accepted;
    report(1);
    await pass(1000);
    expect([requests.length, problems]).toEqual([2, ['onRejected failed for the event id-1 (requestRefused).']]);
  });
});

describe('a usage reporter ends', () => {
  it('by sending at once what it has', async () => {
    const { report, requests, reporter } = await aReporter();
    report(3);
    expect(await reporter.close()).toBe(0);
    expect(requests.map(({ length }) => length)).toEqual([3]);
    expect(() => report(1)).toThrow(expect.objectContaining({ reason: 'closed' }));
  });

  it('within its time, tells what has no answer, and sends nothing afterwards', async () => {
    const { report, requests, reporter, rejected, pass } = await aReporter({ answer: ANSWERS.busy });
    report(2);
    const closing = reporter.close({ withinMs: 5000 });
    await pass(5000);
    expect(await closing).toBe(2);
    expect(rejected).toEqual([
      ['id-1', 'closed'],
      ['id-2', 'closed'],
    ]);
    const sent = requests.length;
    await pass(60_000);
    expect(requests).toHaveLength(sent);
  });

  it('once, however often it is asked to', async () => {
    const { report, reporter, rejected, pass } = await aReporter({ answer: ANSWERS.busy });
    report(1);
    const closings = [reporter.close(), reporter.close(), reporter[Symbol.asyncDispose]()];
    await pass(10_000);
    await Promise.all(closings);
    expect(rejected).toHaveLength(1);
  });

  it('keeping the process alive only while it flushes', async () => {
    const { report, reporter, timers, pass } = await aReporter({ answer: ANSWERS.busy });
    const keepsAlive = () => [...timers].filter(({ keepAlive }) => keepAlive);
    report(1);
    expect([timers.size, keepsAlive()]).toEqual([1, []]);
    await pass(1000);
    expect([timers.size, keepsAlive()]).toEqual([1, []]);
    const flushing = reporter.flush({ withinMs: 7000 });
    expect(keepsAlive()).toHaveLength(1);
    await pass(7000);
    expect(await flushing).toBe(1);
  });

  it('a flush when the events before it are answered, whatever comes after', async () => {
    const { report, reporter, reply, pass } = await aReporter({ batchSize: 1, concurrency: 2 });
    report(1);
    const flushing = reporter.flush();
    reply.next = (events) => (events[0]?.id === 'id-1' ? ANSWERS.accepted(events) : ANSWERS.busy());
    report(1);
    await pass(0);
    expect(await flushing).toBe(0);
    expect(reporter.pending).toBe(1);
  });
});

it.each([
  ['no address', { url: 'usage' }],
  ['more events than a request may have', { batchSize: 101 }],
  ['no request at all', { concurrency: 0 }],
])('a usage reporter does not start with %s', async (_case, wrong) => {
  await expect(aReporter(wrong)).rejects.toThrow(/must be/);
});

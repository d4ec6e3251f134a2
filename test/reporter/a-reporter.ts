import { setImmediate as nextTurn } from 'node:timers/promises';
import { UsageReporter, type Rejection, type UsageReporterOptions } from '../../reporter';

interface Sent {
  id: string;
  quantity: string;
}
type Reply = { status: number; body: unknown } | Error | Promise<never>;

export const ANSWERS = {
  accepted: (events: readonly Sent[]): Reply => ({
    status: 200,
    body: { results: events.map(({ id }) => ({ id, status: 'accepted' })) },
  }),
  busy: (): Reply => ({ status: 503, body: {} }),
};

interface Timer {
  atMs: number;
  work(): void;
  keepAlive: boolean;
}

/** A reporter whose time stands, in front of a server that answers as a test says. */
export async function aReporter({ answer, ...options }: GivenOptions = {}) {
  const reply = { next: answer ?? ANSWERS.accepted };
  const requests: Sent[][] = [];
  const headers: Record<string, string>[] = [];
  const rejected: [id: string, reason: string][] = [];
  const problems: string[] = [];
  const pauses: number[] = [];
  const timers = new Set<Timer>();
  let nowMs = Date.parse('2026-11-28T12:00:00Z');
  let inFlight = 0;
  let mostInFlight = 0;
  let ids = 0;
  const reporter = await UsageReporter.start({
    url: 'http://127.0.0.1/usage',
    credentials: async () => ({ accessKeyId: 'test', secretAccessKey: 'test' }),
    onRejected: ({ id }, { reason }: Rejection) => void rejected.push([id, reason]),
    onProblem: ({ message }) => void problems.push(message),
    ...options,
    ports: {
      now: () => nowMs,
      random: () => 0.5,
      newId: () => `id-${(ids += 1)}`,
      after: (ms, work, keepAlive) => {
        const timer = { atMs: nowMs + ms, work, keepAlive };
        timers.add(timer);
        pauses.push(ms);
        return () => void timers.delete(timer);
      },
      fetch: async (_url, init) => {
        inFlight += 1;
        mostInFlight = Math.max(mostInFlight, inFlight);
        const events: Sent[] = JSON.parse(init.body);
        requests.push(events);
        headers.push(init.headers);
        try {
          const aborted = new Promise<never>((_resolve, reject) => {
            init.signal.addEventListener('abort', () => reject(init.signal.reason));
          });
          // A turn later, as an answer comes.
          await nextTurn();
          const said = await Promise.race([reply.next(events), aborted]);
          if (said instanceof Error) throw said;
          return new Response(JSON.stringify(said.body), { status: said.status });
        } finally {
          inFlight -= 1;
        }
      },
    },
  });
  /** Lets everything happen that needs no time. */
  const settled = async () => {
    for (let turn = 0; turn < 30; turn += 1) await nextTurn();
  };
  return {
    reporter,
    requests,
    headers,
    rejected,
    problems,
    pauses,
    timers,
    reply,
    settled,
    mostInFlight: () => mostInFlight,
    sentIds: () => requests.map((request) => request.map(({ id }) => id)),
    report: (count: number) =>
      Array.from({ length: count }, () =>
        reporter.report({ subscriptionId: 's-1', dimension: 'events', quantity: 1, time: '2026-11-28T11:00:00Z' }),
      ),
    pass: async (ms: number) => {
      await settled();
      nowMs += ms;
      for (const timer of [...timers].filter(({ atMs }) => atMs <= nowMs)) {
        timers.delete(timer);
        timer.work();
      }
      await settled();
    },
  };
}

type GivenOptions = Partial<UsageReporterOptions> & {
  /** @default - accepts everything */
  answer?: (events: readonly Sent[]) => Reply | Promise<Reply>;
};

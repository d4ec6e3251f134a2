import { randomUUID } from 'node:crypto';
import type { Rejection, ReportedUsage } from './usage-event';

/** AWS credentials, as every provider of the AWS SDK gives them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** How a reporter works. */
export interface UsageReporterOptions {
  /** The stack's output `UsageUrl`. */
  readonly url: string;
  /**
   * Called once for every event that will not be billed: keep it, or tell somebody. With a journal, the event stays in it
   * until this function has returned.
   */
  readonly onRejected: (event: ReportedUsage, why: Rejection) => void;
  /**
   * Called for what delays events and needs a look: requests that fail, a damaged journal.
   *
   * @default - a warning of the process (`process.emitWarning`)
   */
  readonly onProblem?: (problem: Error) => void;
  /**
   * The application's credentials. The provider is asked for every request and should remember them.
   *
   * @default - the default chain of the AWS SDK
   */
  readonly credentials?: () => Promise<Credentials>;
  /** @default 'us-east-1' */
  readonly region?: string;
  /**
   * A file that keeps events until they are answered, so that a crash loses none. It must be on a local disk, and only one
   * reporter may use it.
   *
   * @default - none: a crash loses the events that wait
   */
  readonly journal?: string;
  /**
   * How many events may wait for an answer; with that many, `report` throws.
   *
   * @default 10000
   */
  readonly maxPending?: number;
  /**
   * Events per request, at most 100.
   *
   * @default 100
   */
  readonly batchSize?: number;
  /**
   * How long an event waits for others, in milliseconds.
   *
   * @default 1000
   */
  readonly delayMs?: number;
  /**
   * Requests at a time.
   *
   * @default 4
   */
  readonly concurrency?: number;
  /**
   * How long an answer may take, in milliseconds. Then the request is sent again.
   *
   * @default 30000
   */
  readonly requestTimeoutMs?: number;
  /**
   * The longest pause before the first retry, in milliseconds. It doubles with each retry, and the pause is a random part of
   * it.
   *
   * @default 200
   */
  readonly firstPauseMs?: number;
  /**
   * The longest pause before any retry, in milliseconds.
   *
   * @default 30000
   */
  readonly longestPauseMs?: number;
  /**
   * Replaces time, chance and the network, for tests.
   *
   * @default - Node's own
   */
  readonly ports?: Partial<ReporterPorts>;
}

/** How long to wait. */
export interface FlushOptions {
  /**
   * In milliseconds. The process stays alive so long, if it takes so long.
   *
   * @default 10000
   */
  readonly withinMs?: number;
}

/** What a reporter takes from its surroundings. */
export interface ReporterPorts {
  fetch(
    url: string,
    init: { method: string; headers: Record<string, string>; body: string; redirect: 'manual'; signal: AbortSignal },
  ): Promise<Response>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** 0 to 1, without 1. */
  random(): number;
  newId(): string;
  /**
   * Calls `work` once after a time in milliseconds, and keeps the process alive until then if `keepAlive`.
   * @returns what cancels it.
   */
  after(ms: number, work: () => void, keepAlive: boolean): () => void;
}

const NODE_PORTS: ReporterPorts = {
  fetch: async (url, init) => fetch(url, init),
  now: () => Date.now(),
  random: () => Math.random(),
  newId: () => randomUUID(),
  after: (ms, work, keepAlive) => {
    const timer = setTimeout(work, ms);
    if (!keepAlive) timer.unref();
    return () => clearTimeout(timer);
  },
};

const DEFAULTS = {
  region: 'us-east-1',
  maxPending: 10_000,
  batchSize: 100,
  delayMs: 1000,
  concurrency: 4,
  requestTimeoutMs: 30_000,
  firstPauseMs: 200,
  longestPauseMs: 30_000,
  onProblem: (problem: Error) => process.emitWarning(problem),
};

export type Settings = Omit<UsageReporterOptions, 'ports'> & typeof DEFAULTS & { ports: ReporterPorts };

/** @throws RangeError for a number that makes no sense, TypeError for a url that is none */
export function settingsOf(options: UsageReporterOptions): Settings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings: Settings = { ...DEFAULTS, ...options, ...given, ports: { ...NODE_PORTS, ...options.ports } };
  if (!URL.canParse(settings.url)) throw new TypeError(`url must be an address, such as the stack's output UsageUrl.`);
  const { batchSize, maxPending, concurrency } = settings;
  if (!(Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= 100))
    throw new RangeError('batchSize must be a whole number from 1 to 100.');
  for (const [name, value] of Object.entries({ maxPending, concurrency }))
    if (!(Number.isInteger(value) && value >= 1)) throw new RangeError(`${name} must be a whole number from 1 on.`);
  return settings;
}

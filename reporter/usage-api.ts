import type { Settings } from './options';
import { signer, type Sign } from './signature';
import type { Rejection, ReportedUsage } from './usage-event';

/** What became of one event of a request. */
export type Answer = 'stored' | 'again' | Rejection;

/** What became of a request: an answer for each event in order, or a problem, after which all events are sent again. */
export type Sent = { answers: Answer[] } | { problem: Error };

/**
 * What somebody can mend while the events wait: credentials, permission or clock (403), the address (404), and what passes by
 * itself. The events are in order.
 */
const WORTH_ANOTHER_TRY = new Set([401, 403, 404, 408, 425, 429]);

export class UsageApi {
  readonly #settings: Settings;
  readonly #sign: Sign;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#sign = signer(settings);
  }

  /** Sends one request. It does not throw. @param stop - ends the wait for an answer */
  async send(events: readonly ReportedUsage[], stop: AbortSignal): Promise<Sent> {
    const { url, ports, requestTimeoutMs } = this.#settings;
    const given = new AbortController();
    const abort = () => given.abort(stop.reason);
    const late = () => given.abort(new Error(`no answer within ${requestTimeoutMs} ms`));
    stop.addEventListener('abort', abort);
    const cancel = ports.after(requestTimeoutMs, late, false);
    try {
      const body = JSON.stringify(events);
      const headers = await this.#sign(body);
      const request = { method: 'POST', headers, body, redirect: 'manual', signal: given.signal } as const;
      const response = await ports.fetch(url, request);
      return read(response.status, await response.text(), events);
    } catch (cause) {
      return { problem: new Error(`Usage was not sent and is sent again: ${reasonOf(cause)}.`, { cause }) };
    } finally {
      cancel();
      stop.removeEventListener('abort', abort);
    }
  }
}

function read(status: number, body: string, events: readonly ReportedUsage[]): Sent {
  if (status === 200) {
    const answers = answersIn(body, events);
    if (answers !== undefined) return { answers };
    return { problem: new Error('POST /usage answered 200, but not one answer for each event. They are sent again.') };
  }
  const said = `POST /usage answered ${status}${body === '' ? '' : `: ${body.slice(0, 300)}`}`;
  if (status < 400 || status >= 500 || WORTH_ANOTHER_TRY.has(status))
    return { problem: new Error(`${said}. The events are sent again.`) };
  return { answers: events.map(() => ({ reason: 'requestRefused', message: said })) };
}

/** `undefined` if the body is not the answer to these events. Then nothing is known, and sending them again is safe. */
function answersIn(body: string, events: readonly ReportedUsage[]): Answer[] | undefined {
  const json = parsed(body);
  if (!isObject(json) || !Array.isArray(json.results) || json.results.length !== events.length) return undefined;
  const results: unknown[] = json.results;
  const answers = results.map((result, index) => answerIn(result, events[index]?.id));
  return answers.every((answer) => answer !== undefined) ? answers : undefined;
}

function answerIn(result: unknown, id: string | undefined): Answer | undefined {
  // An event without a readable id gets an answer without one.
  if (!isObject(result) || (result.id !== undefined && result.id !== id)) return undefined;
  const { status, reason, message, contentDiffers } = result;
  if (status === 'accepted') return 'stored';
  if (status === 'retry') return 'again';
  if (status === 'rejected') return { reason: String(reason), message: String(message) };
  if (status !== 'duplicate') return undefined;
  if (contentDiffers !== true) return 'stored';
  return {
    reason: 'contentDiffers',
    message: 'This id is stored with another quantity, dimension or tags. That event is billed, not this one.',
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** `fetch` hides the network's reason in the cause of its error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

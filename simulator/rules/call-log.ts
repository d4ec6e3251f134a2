import type { FaultKind, Operation } from './faults';
import type { ServiceError } from './service-error';

/** `dropped`: the client gets no response. With an `output`, the call took effect, and this is what was lost. */
export type CallOutcome =
  { kind: 'answered'; output: object } | { kind: 'failed'; error: ServiceError } | { kind: 'dropped'; output?: object };

export interface Call {
  /** Absent: the request names no operation that the simulator answers. */
  operation?: Operation;
  /** What such a request names instead. */
  asked?: string;
  /** What the wire carried; text when it could not be decoded. */
  request: unknown;
  /** The size of the request's body. */
  bytes: number;
  outcome: CallOutcome;
  /** The planted faults that affected the call. */
  faults: readonly FaultKind[];
}

export interface LoggedCall extends Call {
  /** 1 for the first call, and so on. */
  number: number;
  atMs: number;
}

/** The kept requests together. The newest call is kept however large it is. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** The last calls with request and answer, oldest first. */
export class CallLog {
  readonly #kept: LoggedCall[] = [];
  #bytes = 0;
  #made = 0;

  constructor(private readonly limit: number) {}

  add(call: Call, atMs: number): LoggedCall {
    this.#made += 1;
    const logged = { ...call, number: this.#made, atMs };
    this.#bytes += call.bytes;
    this.#kept.push(logged);
    while (this.#kept.length > this.limit || (this.#bytes > KEPT_BYTES && this.#kept.length > 1))
      this.#bytes -= this.#kept.shift()?.bytes ?? 0;
    return logged;
  }

  /** How many calls were made. */
  get made(): number {
    return this.#made;
  }

  get kept(): readonly LoggedCall[] {
    return this.#kept;
  }
}

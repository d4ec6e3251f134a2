/** The faults that can be planted in an invocation. */
export const FUNCTION_FAULT_KINDS = [
  /** The invocation fails and the handler never runs, as after a bad deployment. */
  'fail',
  /** Lambda has no concurrency for the invocation: it never begins. */
  'throttle',
  /** The execution environment dies `ms` after the handler started. */
  'kill',
  /** The invocation has `ms` of machine time instead of the template's timeout, and its context says so. */
  'timeout',
  /** The handler finishes, but the environment dies before it answers. */
  'loseAnswer',
] as const;
export type FunctionFaultKind = (typeof FUNCTION_FAULT_KINDS)[number];

export interface FunctionFault {
  kind: FunctionFaultKind;
  /** For `kill` and `timeout`: the handler's time, without loading its module. */
  ms?: number;
  /** How many of the next invocations it hits. Default: 1. */
  next?: number;
}

/** The faults planted in one function, in the order in which they hit. */
export class FunctionFaults {
  #planted: FunctionFault[] = [];

  plant(fault: FunctionFault): void {
    this.#planted.push({ ...fault });
  }

  clear(): void {
    this.#planted = [];
  }

  /** Uses up and returns the fault, if any, of the invocation that starts now. */
  take(): FunctionFault | undefined {
    const [fault] = this.#planted;
    if (fault === undefined) return undefined;
    fault.next = (fault.next ?? 1) - 1;
    if (fault.next <= 0) this.#planted.shift();
    return fault;
  }
}

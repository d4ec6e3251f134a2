/** What can be made to go wrong with an invocation. */
export const FUNCTION_FAULT_KINDS = [
  /** Its execution environment dies in the middle, `ms` after the handler began. */
  'kill',
  /** It has `ms` instead of the template's timeout, and is told so; what takes longer is killed. */
  'timeout',
  /** The handler comes to its end, but the environment dies before the answer is out. */
  'loseAnswer',
] as const;
export type FunctionFaultKind = (typeof FUNCTION_FAULT_KINDS)[number];

export interface FunctionFault {
  kind: FunctionFaultKind;
  /** For `kill` and `timeout`; the handler's own time, without the loading of its module. */
  ms?: number;
  /** Hits the next so many invocations; default 1. */
  next?: number;
}

/** The faults that are planted for one function, in the order in which they hit. */
export class FunctionFaults {
  #planted: FunctionFault[] = [];

  plant(fault: FunctionFault): void {
    this.#planted.push({ ...fault });
  }

  clear(): void {
    this.#planted = [];
  }

  /** The fault of the invocation that begins now, if there is one; it is used up by it. */
  take(): FunctionFault | undefined {
    const [fault] = this.#planted;
    if (fault === undefined) return undefined;
    fault.next = (fault.next ?? 1) - 1;
    if (fault.next <= 0) this.#planted.shift();
    return fault;
  }
}

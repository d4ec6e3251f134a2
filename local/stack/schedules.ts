import type { SimulatedClock } from '../../simulator';
import type { Activity } from './activity';
import { type Rule, scheduledEvent } from './event-bus';
import type { InvocationResult } from './functions';
import { findNamed } from './names';
import { parseSchedule, type Schedule } from './schedule-expression';

const TICK_MS = 250;
const HOUR_MS = 3_600_000;

export interface Firing {
  rule: string;
  dueAt: string;
  results: InvocationResult[];
}

interface Timed {
  rule: Rule;
  expression: string;
  schedule: Schedule;
  dueAtMs: number;
}

/** Fires the rules with a schedule on the simulated clock. */
export class Schedules {
  #timed: Timed[] = [];
  readonly #clock: SimulatedClock;
  readonly #activity: Activity;
  readonly #startedAtMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(rules: Rule[], { clock, activity }: { clock: SimulatedClock; activity: Activity }) {
    this.#clock = clock;
    this.#activity = activity;
    // Whole seconds, as in EventBridge.
    this.#startedAtMs = Math.floor(clock.now() / 1000) * 1000;
    this.plan(rules);
  }

  /** Fires these rules from now on. What is due by a schedule that was there before stays due. */
  plan(rules: readonly Rule[]): void {
    const now = Math.max(this.#startedAtMs, this.#clock.now());
    const before = new Map(this.#timed.map(({ rule, expression, dueAtMs }) => [rule.logicalId + expression, dueAtMs]));
    this.#timed = rules.flatMap((rule) => {
      const { logicalId, schedule: expression } = rule;
      if (expression === undefined) return [];
      const schedule = parseSchedule(expression);
      const dueAtMs = before.get(logicalId + expression) ?? schedule.next(now, this.#startedAtMs);
      return [{ rule, expression, schedule, dueAtMs }];
    });
  }

  list(): { name: string; schedule: string; enabled: boolean; next: string }[] {
    return this.#timed.map(({ rule, dueAtMs }) => ({
      name: rule.name,
      schedule: rule.schedule ?? '',
      enabled: rule.enabled,
      next: new Date(dueAtMs).toISOString(),
    }));
  }

  /** Fires one schedule now, even if it is not due, and waits for its functions. */
  async fire(name: string): Promise<Firing> {
    const rules = this.#timed.map(({ rule }) => rule);
    return this.#send(findNamed(rules, name), this.#clock.now());
  }

  /** Does what `aws events enable-rule` and `disable-rule` do. */
  enable(name: string, enabled: boolean): void {
    const rules = this.#timed.map(({ rule }) => rule);
    findNamed(rules, name).enabled = enabled;
  }

  /**
   * Fires every schedule that is due. When the clock has passed several occurrences, it fires only the last: the
   * functions work from the current time, so older events would change nothing.
   */
  async fireDue(): Promise<Firing[]> {
    const now = this.#clock.now();
    // After the clock is set back, occurrences are due again.
    for (const timed of this.#timed)
      timed.dueAtMs = Math.min(timed.dueAtMs, timed.schedule.next(now, this.#startedAtMs));
    const due = this.#timed.filter(({ rule, dueAtMs }) => rule.enabled && dueAtMs <= now);
    const occurrences = due.map((timed) => {
      const dueAtMs = timed.schedule.last(now, this.#startedAtMs);
      timed.dueAtMs = timed.schedule.next(now, this.#startedAtMs);
      return { rule: timed.rule, dueAtMs };
    });
    const firings: Firing[] = [];
    // One after the other in the order of their times, because occurrences minutes apart do not run at once.
    for (const { rule, dueAtMs } of occurrences.sort((a, b) => a.dueAtMs - b.dueAtMs)) {
      firings.push(await this.#send(rule, dueAtMs));
    }
    return firings;
  }

  /** The time after the next full hour at which every hourly schedule has fired. */
  afterNextHour(): number {
    const hour = (Math.floor(this.#clock.now() / HOUR_MS) + 1) * HOUR_MS;
    const occurrences = this.#timed
      .filter(({ rule }) => rule.enabled && rule.schedule?.startsWith('cron'))
      .map(({ schedule }) => schedule.next(hour - 1, this.#startedAtMs))
      .filter((occurrence) => occurrence < hour + HOUR_MS);
    return Math.max(hour, ...occurrences);
  }

  /** Fires due schedules as simulated time passes, until `stop`. */
  tick(): void {
    this.#timer = setInterval(() => void this.fireDue(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #send(rule: Rule, dueAtMs: number): Promise<Firing> {
    const results = await this.#activity.during(`schedule ${rule.name}`, () =>
      rule.send(scheduledEvent(rule, dueAtMs)),
    );
    return { rule: rule.name, dueAt: new Date(dueAtMs).toISOString(), results };
  }
}

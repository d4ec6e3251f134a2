import type { Marketplace } from '../../../simulator';
import { Books, type ReportedEvent } from './books';
import { Buyers } from './buyers';
import { Dice, subSeed } from './dice';
import type { Engine } from './engine';
import type { FaultCounts, FaultName } from './faults';
import { History } from './history';

export interface WorldParts<E extends Engine> {
  seed: number;
  timeline: Timeline;
  marketplace: Marketplace;
  engineOf(world: World<E>): E;
}

export interface Timeline {
  nowMs: number;
}

/** The world of one seed: time, AWS Marketplace, the buyers, what the driver knows, and the engine. */
export class World<E extends Engine = Engine> {
  /** True time; the functions' clock may be off by `skewMs`. */
  readonly timeline: Timeline;
  skewMs = 0;
  readonly marketplace: Marketplace;
  readonly engine: E;
  readonly history = new History();
  readonly counts: FaultCounts = {};
  readonly books = new Books();
  readonly buyers: Buyers;
  readonly reported: ReportedEvent[] = [];
  /** Reported, but answered with `retry` or not at all. */
  readonly unanswered: ReportedEvent[] = [];
  /** The time from which no faults happen. */
  quietSinceMs = Infinity;
  /** The dice of the step under way. */
  dice: Dice;
  ids = 0;

  constructor({ seed, timeline, marketplace, engineOf }: WorldParts<E>) {
    this.timeline = timeline;
    this.marketplace = marketplace;
    this.buyers = new Buyers(marketplace);
    this.dice = new Dice(subSeed(seed, -2));
    this.engine = engineOf(this);
  }

  get settings(): E['settings'] {
    return this.engine.settings;
  }

  get isQuiet(): boolean {
    return this.quietSinceMs < Infinity;
  }

  /** The functions' clock. */
  readonly functionClock = { now: (): number => this.timeline.nowMs + this.skewMs };

  /** Rolls the dice for a fault that can happen here. */
  strikes(fault: FaultName, factor = 1): boolean {
    const rate = this.isQuiet ? 0 : (this.settings.rates[fault] ?? 0);
    return rate > 0 && this.dice.next() < rate * factor;
  }

  /** Whether a fault is possible in this seed at all. */
  allows(fault: FaultName): boolean {
    return !this.isQuiet && this.settings.rates[fault] !== undefined;
  }

  /** Notes that a fault took effect. */
  count(fault: FaultName, detail = ''): void {
    this.addCount(fault);
    this.tell(`  ! ${fault}${detail === '' ? '' : ` ${detail}`}`);
  }

  /** Counts without a line in the history. */
  addCount(fault: FaultName, times = 1): void {
    if (times > 0) this.counts[fault] = (this.counts[fault] ?? 0) + times;
  }

  /** Never moves time back, however long a step took. */
  passTo(atMs: number): void {
    if (atMs > this.timeline.nowMs) this.timeline.nowMs = atMs;
  }

  tell(text: string | (() => string)): void {
    this.history.add(this.timeline.nowMs, text);
  }
}

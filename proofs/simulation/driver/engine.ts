import type { ReportedEvent, Version } from './books';
import type { Buyer } from './buyers';
import type { Settings } from './settings';

/** An item, as a document client takes it. */
export type Document = Record<string, unknown>;

/** The answer of POST /usage for one event. */
export interface Answer {
  status: string;
  reason?: string;
}

export interface UsageRequest {
  contentType: string;
  body: string;
}

/**
 * The functions and everything they run on, as the driver's steps use it. A step starts work; `run` waits until all of it
 * has ended.
 */
export interface Engine {
  readonly settings: Settings;
  run(): Promise<void>;
  /** Starts POST /usage. `onOver` gets undefined when no answer came. */
  submit(request: UsageRequest, onOver: (answers: readonly Answer[] | undefined) => void): void;
  /** Notes that an event is stored: an answer said so, or the driver put it. */
  book(
    event: Pick<ReportedEvent, 'pk' | 'subscriptionId'>,
    version: Version,
    as: 'accepted' | 'duplicate' | 'put',
  ): void;
  /** Every state that a subscription may have had since a time; `none`: it was not stored. */
  statesSince(subscriptionId: string, fromMs: number): readonly string[];
  /** Whether a function may not have heard of all of AWS's messages about a subscription. */
  isBehind(subscriptionId: string): boolean;
  /** Starts the registration of a buyer. */
  register(buyer: Buyer): void;
  stored(pk: string): Promise<Document | undefined>;
  /** Puts a usage event as an application does; `replaced` is the item that it overwrites. */
  put(item: Document, replaced?: Document): Promise<void>;
}

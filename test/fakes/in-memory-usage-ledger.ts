import type { Notice } from '../../lambdas/shared/contract/notices';
import { decimal, ZERO } from '../../lambdas/shared/domain/decimal';
import type { Hour, HourKey } from '../../lambdas/shared/domain/hour';
import {
  HOUR_TRANSITIONS,
  type Balance,
  type HourlyUsage,
  type HourState,
} from '../../lambdas/shared/domain/hourly-usage';
import type { SealedRecord } from '../../lambdas/shared/domain/metering-record';
import type { UsageTally } from '../../lambdas/shared/domain/usage-tally';
import type { HourlyUsageStore, SealResult } from '../../lambdas/shared/stores/hourly-usage';
import type { CarryRequest, SealRequest } from '../../lambdas/shared/stores/hourly-usage-sealing';
import type { AnsweredRecord, Closing, DeferredOutcome } from '../../lambdas/shared/stores/hourly-usage-settling';
import { tallyId, type AddTallyResult, type UsageTallyStore } from '../../lambdas/shared/stores/usage-tallies';

interface StoredHour {
  hour: HourlyUsage;
  dueAtMs?: number;
}

/**
 * HourlyUsage, Balances and UsageTallies in maps, under the same conditions as the tables. No method awaits anything
 * between a condition and its write: each is atomic, as in DynamoDB.
 */
export class InMemoryUsageLedger implements HourlyUsageStore, UsageTallyStore {
  readonly hours = new Map<string, StoredHour>();
  readonly tallies = new Map<string, Map<string, UsageTally>>();
  readonly balances = new Map<string, Balance>();
  /** The outbox. */
  readonly notices: Notice[] = [];

  async add(tally: UsageTally, dueAtMs: number): Promise<AddTallyResult> {
    const name = nameOf(tally);
    const stored = this.tallies.get(name) ?? new Map<string, UsageTally>();
    if (stored.has(tallyId(tally))) return 'alreadyAdded';
    const hour = this.#openHour(tally, dueAtMs);
    if (hour === undefined) return 'hourNotOpen';
    hour.tallies += 1;
    this.tallies.set(name, stored.set(tallyId(tally), tally));
    return 'added';
  }

  async ofHour(hourKey: HourKey): Promise<UsageTally[]> {
    const stored = [...(this.tallies.get(nameOf(hourKey)) ?? [])];
    return stored.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tally]) => tally);
  }

  async get(hourKey: HourKey): Promise<HourlyUsage | undefined> {
    const stored = this.hours.get(nameOf(hourKey));
    return stored && { ...stored.hour };
  }

  async getBalance(key: { subscriptionId: string; dimension: string }): Promise<Balance> {
    return this.#balanceOf(key);
  }

  async listDue(nowMs: number): Promise<HourKey[]> {
    return [...this.hours.values()]
      .flatMap(({ hour, dueAtMs }) => (dueAtMs !== undefined && dueAtMs <= nowMs ? [{ hour, dueAtMs }] : []))
      .sort((a, b) => a.dueAtMs - b.dueAtMs)
      .map(({ hour: { subscriptionId, dimension, hour } }) => ({ subscriptionId, dimension, hour }));
  }

  async unfinishedOf(subscriptionId: string, since: Hour): Promise<HourKey[]> {
    return [...this.hours.values()]
      .map(({ hour }) => hour)
      .filter((hour) => hour.subscriptionId === subscriptionId && hour.hour >= since)
      .filter(({ state }) => state === 'open' || state === 'sealed')
      .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
      .map(({ dimension, hour }) => ({ subscriptionId, dimension, hour }));
  }

  async open(hourKey: HourKey, dueAtMs: number): Promise<boolean> {
    return this.#openHour(hourKey, dueAtMs) !== undefined;
  }

  async seal(request: SealRequest): Promise<SealResult> {
    const { hourKey, sealing, foldedTallies, balance, balanceHour, zeroHour, notice } = request;
    const stored = this.hours.get(nameOf(hourKey));
    if (stored?.hour.state !== 'open' || stored.hour.tallies !== foldedTallies) return 'changed';
    const balanceChanges = !sealing.carriedOut.eq(balance.amount) || sealing.coverage !== undefined;
    if (balanceChanges && this.#balanceOf(hourKey).version !== balance.version) return 'changed';
    if (zeroHour && !this.#mayOpen({ ...hourKey, hour: zeroHour.hour })) return 'changed';
    if (balanceHour && !this.#openHour({ ...hourKey, hour: balanceHour.hour }, balanceHour.dueAtMs))
      return 'balanceHourNotOpen';
    if (zeroHour) this.#openHour({ ...hourKey, hour: zeroHour.hour }, zeroHour.dueAtMs);
    const { state, record, used, carriedIn, carriedOut, expiredQuantity, coveredQuantity, coverage } = sealing;
    const carries = !(carriedIn.eq(0) && carriedOut.eq(0));
    Object.assign(stored.hour, {
      ...{ state, used, sends: 0, answers: 0 },
      ...(record && { record }),
      ...(carries && { carriedIn, carriedOut }),
      ...(state === 'expired' && { expiredQuantity }),
      ...(coveredQuantity.gt(0) && { coveredQuantity }),
    });
    if (state !== 'sealed') delete stored.dueAtMs;
    if (notice) this.notices.push(notice);
    if (balanceChanges) {
      const { subscriptionId, dimension } = hourKey;
      this.balances.set(`${subscriptionId}#${dimension}`, {
        ...balance,
        ...(coverage && { coverage }),
        amount: carriedOut,
        version: balance.version + 1,
      });
    }
    return 'sealed';
  }

  async carry({ hourKey, quantity, seen, balance, balanceHour }: CarryRequest): Promise<SealResult> {
    const stored = this.hours.get(nameOf(hourKey));
    if (stored?.hour.state !== 'sealed') return 'changed';
    if (stored.hour.sends !== seen.sends || stored.hour.answers !== seen.answers) return 'changed';
    if (this.#balanceOf(hourKey).version !== balance.version) return 'changed';
    if (balanceHour && !this.#openHour({ ...hourKey, hour: balanceHour.hour }, balanceHour.dueAtMs))
      return 'balanceHourNotOpen';
    Object.assign(stored.hour, { state: 'carried', carriedQuantity: decimal(quantity) });
    delete stored.dueAtMs;
    const amount = balance.amount.plus(quantity);
    const { subscriptionId, dimension } = hourKey;
    this.balances.set(`${subscriptionId}#${dimension}`, { ...balance, amount, version: balance.version + 1 });
    return 'sealed';
  }

  async claimSend({ hourKey, sends }: SealedRecord): Promise<boolean> {
    const hour = this.hours.get(nameOf(hourKey))?.hour;
    if (hour?.state !== 'sealed' || hour.sends !== sends) return false;
    hour.sends += 1;
    return true;
  }

  async settleAccepted(hourKey: HourKey, meteringRecordId: string): Promise<void> {
    this.#settle(hourKey, 'billed', { meteringRecordId });
  }

  async settleConflict(hourKey: HourKey, notice: Notice): Promise<void> {
    if (this.#settle(hourKey, 'rejected', { lastAnswer: 'conflict' })) this.notices.push(notice);
  }

  async settleDeferred(
    { hourKey, answers }: AnsweredRecord,
    { outcome, dueAtMs }: { outcome: DeferredOutcome; dueAtMs: number },
  ): Promise<void> {
    const stored = this.hours.get(nameOf(hourKey));
    if (stored?.hour.state !== 'sealed' || stored.hour.answers !== answers) return;
    stored.dueAtMs = dueAtMs;
    stored.hour.answers = answers + 1;
    if (outcome.kind === 'unprocessed' && stored.hour.lastAnswer !== undefined) return;
    stored.hour.lastAnswer = outcome.kind;
    stored.hour.lastReason = outcome.kind === 'refused' ? outcome.reason : outcome.kind;
  }

  async close(hourKey: HourKey, { state, seen, notice }: Closing): Promise<void> {
    const stored = this.hours.get(nameOf(hourKey));
    if (stored?.hour.state !== 'sealed' || stored.hour.sends !== seen.sends || stored.hour.answers !== seen.answers)
      return;
    stored.hour.state = state;
    delete stored.dueAtMs;
    this.notices.push(notice);
  }

  #balanceOf({ subscriptionId, dimension }: { subscriptionId: string; dimension: string }): Balance {
    return {
      ...(this.balances.get(`${subscriptionId}#${dimension}`) ?? {
        subscriptionId,
        dimension,
        amount: ZERO,
        version: 0,
      }),
    };
  }

  #settle(hourKey: HourKey, state: HourState, changes: Partial<HourlyUsage>): boolean {
    const stored = this.hours.get(nameOf(hourKey));
    if (!stored?.hour.record || !HOUR_TRANSITIONS[stored.hour.state].includes(state)) return false;
    Object.assign(stored.hour, { state, answers: stored.hour.answers + 1, ...changes });
    delete stored.dueAtMs;
    return true;
  }

  #mayOpen(hourKey: HourKey): boolean {
    const stored = this.hours.get(nameOf(hourKey));
    return stored === undefined || stored.hour.state === 'open';
  }

  #openHour({ subscriptionId, dimension, hour }: HourKey, dueAtMs: number): HourlyUsage | undefined {
    const name = nameOf({ subscriptionId, dimension, hour });
    const stored = this.hours.get(name);
    if (stored) return stored.hour.state === 'open' ? stored.hour : undefined;
    const fresh: HourlyUsage = { subscriptionId, dimension, hour, state: 'open', tallies: 0, sends: 0, answers: 0 };
    this.hours.set(name, { hour: fresh, dueAtMs });
    return fresh;
  }
}

function nameOf({ subscriptionId, hour, dimension }: HourKey): string {
  return `${subscriptionId}#${hour}#${dimension}`;
}

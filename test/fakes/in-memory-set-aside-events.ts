import type { Notice } from '../../lambdas/shared/contract/notices';
import {
  setAsideKey,
  setAsideNotice,
  type SetAsideEvent,
  type SetAsideEventStore,
} from '../../lambdas/shared/stores/set-aside-events';

/** Set-aside items and the outbox in lists; the same item again changes nothing. */
export class InMemorySetAsideEvents implements SetAsideEventStore {
  readonly kept: SetAsideEvent[] = [];
  readonly notices: Notice[] = [];
  readonly #keys = new Set<string>();

  async keep(event: SetAsideEvent, nowIso: string): Promise<boolean> {
    const { pk, sk } = setAsideKey(event);
    if (this.#keys.has(`${pk}/${sk}`)) return false;
    this.#keys.add(`${pk}/${sk}`);
    this.kept.push(event);
    this.notices.push(setAsideNotice(event, nowIso));
    return true;
  }
}

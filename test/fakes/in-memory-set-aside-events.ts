import type { SetAsideEvent, SetAsideEventStore } from '../../lambdas/shared/stores/set-aside-events';

/** Set-aside items in a list; the same item again changes nothing. */
export class InMemorySetAsideEvents implements SetAsideEventStore {
  readonly kept: SetAsideEvent[] = [];

  async keep(event: SetAsideEvent): Promise<boolean> {
    const known = this.kept.some(
      ({ kind, usageEventPk, document }) =>
        kind === event.kind && usageEventPk === event.usageEventPk && document === event.document,
    );
    if (!known) this.kept.push(event);
    return !known;
  }
}

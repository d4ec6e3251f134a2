import type { AggregateUsageDeps } from '../../lambdas/aggregate-usage/aggregate-usage';
import type { Counters } from '../../lambdas/shared/runtime/metrics';
import { MAX_TALLY_BYTES } from '../../lambdas/shared/stores/usage-tallies';
import type { Ops } from '../command';
import { sentenceOf } from '../errors';
import { ledgerStores } from '../stores/ledger-stores';

/** What `aggregate-usage` works with, made from the same configuration. */
export function aggregationDeps(
  { installation, configuration, terminal }: Ops,
  counters: Counters,
): AggregateUsageDeps {
  const { usage } = configuration();
  const { latenessHours, graceMinutes } = usage;
  return {
    ...ledgerStores(installation, usage),
    clock: installation.clock,
    ...{ counters, latenessHours, graceMs: graceMinutes * 60_000, maxTallyBytes: MAX_TALLY_BYTES },
    onFailure: (error) => terminal.err(sentenceOf(error)),
  };
}

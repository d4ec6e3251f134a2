import pMap from 'p-map';
import {
  agreementToAskAbout,
  nextDetailsCheckMs,
  sameDetails,
  type AgreementDetails,
} from '../shared/domain/agreement-details';
import { toAgreementDetailsChanged } from '../shared/domain/agreement-notices';
import type { Subscription } from '../shared/domain/subscription';
import type { AgreementGateway } from '../shared/marketplace/describe-agreement';
import type { Clock } from '../shared/runtime/ports';
import type { Log } from '../shared/runtime/logger';
import type { Counters } from '../shared/runtime/metrics';
import type { AgreementDetailsStore } from '../shared/stores/agreement-details';
import { untilSaved, type SubscriptionReader } from '../shared/stores/subscriptions';

export interface RefreshAgreementsDeps {
  subscriptions: SubscriptionReader;
  agreementDetails: AgreementDetailsStore;
  agreements: AgreementGateway;
  clock: Clock;
  logger: Pick<Log, 'warn'>;
  counters: Counters<'refresh-entitlements'>;
  onFailure(error: unknown): void;
}

/** AWS names no quota for DescribeAgreement, and nothing waits for its answers. */
const CONCURRENCY = 2;
const POSTPONED_MS = 15 * 60_000;

/** Reads what AWS says of the agreements of subscriptions. @returns those whose answer could not be stored. */
export async function refreshAgreements(
  subscriptionIds: readonly string[],
  { deadlineMs = Infinity, ...deps }: RefreshAgreementsDeps & { deadlineMs?: number },
): Promise<string[]> {
  const subscriptions = await deps.subscriptions.getMany(subscriptionIds);
  const failed = await pMap(
    subscriptions.values(),
    async (subscription) => {
      // What is due stays due.
      if (deps.clock.now() >= deadlineMs) return [];
      try {
        await refreshOne(subscription, deps);
        return [];
      } catch (error) {
        deps.onFailure(error);
        return [subscription.subscriptionId];
      }
    },
    { concurrency: CONCURRENCY },
  );
  return failed.flat();
}

async function refreshOne(subscription: Subscription, deps: RefreshAgreementsDeps): Promise<void> {
  const { agreementDetails, agreements, clock, logger, counters } = deps;
  const { subscriptionId } = subscription;
  const agreementId = agreementToAskAbout(subscription);
  if (agreementId === undefined) return agreementDetails.schedule(subscriptionId, undefined);
  const askedAtMs = clock.now();
  const answer = await agreements.describeAgreement(agreementId);
  counters.count(`AgreementAnswers.${answer.outcome}`, 1);
  if (answer.outcome !== 'read') {
    const reason = 'reason' in answer ? answer.reason : answer.outcome;
    logger.warn('AWS did not describe the agreement', { messageCode: 'AGREEMENT_NOT_READ', subscriptionId, reason });
    return agreementDetails.schedule(subscriptionId, askedAtMs + POSTPONED_MS);
  }
  const checked = { subscriptionId, agreementId, checkedAt: new Date(askedAtMs).toISOString(), ...answer.terms };
  await untilSaved(() => save(checked, subscription, deps));
}

async function save(
  checked: AgreementDetails,
  subscription: Subscription,
  { agreementDetails, clock }: RefreshAgreementsDeps,
): Promise<'saved' | 'overtaken' | 'conflict'> {
  const { subscriptionId, checkedAt } = checked;
  const before = (await agreementDetails.getMany([subscriptionId])).get(subscriptionId);
  if (before !== undefined && before.checkedAt >= checkedAt) return 'overtaken';
  const notice = toAgreementDetailsChanged(checked, subscription, new Date(clock.now()).toISOString());
  return agreementDetails.save({
    checked,
    comparedWith: before?.checkedAt,
    nextCheckAtMs: nextDetailsCheckMs(Date.parse(checkedAt)),
    ...(!sameDetails(before, checked) && { notice }),
  });
}

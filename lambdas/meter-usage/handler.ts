import { backgroundFunction } from '../shared/runtime/background-chain';
import { systemClock } from '../shared/runtime/clock';
import { createLogger } from '../shared/runtime/logger';
import { createCounters } from '../shared/runtime/metrics';
import { isTableEvent, toStreamResponse, toTableChanges } from '../shared/runtime/table-changes';
import { loadConfig } from './config';
import { createDependencies } from './dependencies';
import { endDueSubscriptions } from './end-subscription';
import { followSubscriptions } from './follow-subscriptions';
import { measureUnbilled } from './measure-unbilled';
import { meterUsage } from './meter-usage';

const config = loadConfig({ ...process.env, SELLER_CONFIGURATION: process.env.SELLER_CONFIGURATION });
const logger = createLogger('meter-usage');
const counters = createCounters('meter-usage');
const deps = createDependencies(config, { logger, counters });
/** Enough for the call under way and for storing its outcomes. */
const STOP_BEFORE_TIMEOUT_MS = 30_000;

export const handler = backgroundFunction(
  async (event, context) => {
    const deadlineMs = systemClock.now() + context.getRemainingTimeInMillis() - STOP_BEFORE_TIMEOUT_MS;
    const run = { ...deps, deadlineMs };
    if (isTableEvent(event)) {
      const changes = toTableChanges(event);
      return toStreamResponse(changes, await followSubscriptions(changes, run));
    }
    await endDueSubscriptions(run);
    const result = await meterUsage(run);
    await measureUnbilled(run);
    return result;
  },
  { logger, counters },
);

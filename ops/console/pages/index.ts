import type { Ops } from '../../command';
import type { Route } from '../routes';
import { hourRoutes } from './hour';
import { localRoutes } from './local';
import { monthByBuyer, monthRoutes } from './month';
import { overviewRoutes } from './overview';
import { reconciledMonth } from './reconcile';
import { runbookRoutes } from './runbook';
import { oneSubscriptionRoutes } from './subscription';
import { subscriptionRoutes } from './subscriptions';
import { unbilledRoutes } from './unbilled';

/** Every page of the console. */
export const routesOf = (ops: Ops): Route[] => [
  ...overviewRoutes(ops),
  ...subscriptionRoutes(ops),
  ...oneSubscriptionRoutes(ops),
  ...hourRoutes(ops),
  ...unbilledRoutes(ops),
  ...monthRoutes(ops, monthByBuyer),
  ...monthRoutes(ops, reconciledMonth),
  ...localRoutes(ops),
  ...runbookRoutes(),
];

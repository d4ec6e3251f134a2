import * as z from 'zod';
import type { Resource } from './resources';

const limits = z.object({ ThrottlingRateLimit: z.coerce.number(), ThrottlingBurstLimit: z.coerce.number() });
const stageSchema = z.object({
  DefaultRouteSettings: limits.optional(),
  RouteSettings: z.record(z.string(), limits).default({}),
});

/** Whether a call of a route may pass now. */
export type Throttle = (routeKey: string) => boolean;

/**
 * The limits of the stage, as token buckets: `ThrottlingBurstLimit` calls at once, and `ThrottlingRateLimit` more each
 * second. A route with limits of its own has a bucket; all others share the one of the stage.
 */
export function createThrottle({ properties }: Pick<Resource, 'properties'>, now: () => number): Throttle {
  const { DefaultRouteSettings, RouteSettings } = stageSchema.parse(properties);
  const bucketOf = ({ ThrottlingRateLimit, ThrottlingBurstLimit }: z.infer<typeof limits>) =>
    tokenBucket({ perSecond: ThrottlingRateLimit, atOnce: ThrottlingBurstLimit }, now);
  const ofRoutes = new Map(Object.entries(RouteSettings).map(([routeKey, settings]) => [routeKey, bucketOf(settings)]));
  const ofStage = DefaultRouteSettings === undefined ? () => true : bucketOf(DefaultRouteSettings);
  return (routeKey) => (ofRoutes.get(routeKey) ?? ofStage)();
}

function tokenBucket({ perSecond, atOnce }: { perSecond: number; atOnce: number }, now: () => number): () => boolean {
  let tokens = atOnce;
  let atMs = now();
  return () => {
    const nowMs = now();
    // A clock that is set back gives nothing.
    tokens = Math.min(atOnce, tokens + (Math.max(0, nowMs - atMs) / 1000) * perSecond);
    atMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

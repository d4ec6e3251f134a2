/** The simulator's public entry: the rest of the repository imports nothing else from this folder. */
export { buy, type Order } from './buy';
export { SimulatedClock } from './clock';
export { answerOf, fromWire, inProcessMeteringClient, timeoutError, toWire } from './in-process-client';
export { Marketplace } from './marketplace';
export type { UsageRecordResult } from './operations/batch-meter-usage';
export type { Fault, FaultKind } from './rules/faults';
export { seededRandom, type Random } from './rules/random';
export type { Agreement, BilledRecord, Entitlement, EventBridgeEvent, SnsNotification } from './rules/state';
export { startSchema } from './start-file/start-schema';
export { startMarketplace, type RunningMarketplace } from './start';

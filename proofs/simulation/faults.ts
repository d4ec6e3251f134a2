import type { FaultKind } from '../../simulator';

/**
 * Everything that goes wrong, by name. Each is counted only when it really took effect: a throttle that hit a call, a
 * Query that left something out, a run that was cut off while it had something to do.
 */
export const FAULTS = {
  // DynamoDB
  storeThrottled: 'a call to DynamoDB is refused, nothing happens',
  storeErrorAfterCommit: 'a write happens, but the caller sees an error',
  storeAnswerLost: "a write happens, its answer is lost, and the SDK's retry is what answers",
  transactionConflict: 'a write meets another one and is refused as a conflict',
  partialQuery: 'a Query misses part of a transaction that it overlaps',
  indexLagged: 'the index of what is due shows the past',
  keysUnprocessed: 'a BatchGetItem leaves keys unprocessed',
  timeToLive: 'DynamoDB deletes expired usage events',
  storeOutage: 'DynamoDB is down for minutes or hours',
  // Lambda
  crashBefore: 'an invocation dies before a call',
  crashAfter: 'an invocation dies after a call took effect',
  frozen: 'an invocation stops in front of a call',
  zombie: 'a frozen invocation wakes hours later and goes on',
  outOfTime: 'an invocation is killed at its timeout',
  stoppedInTime: 'a metering run stops because its time is nearly up, with hours left',
  twoRuns: 'two metering runs are at work at once',
  meteredUnderDelivery: 'a metering run and a delivery are at work at once',
  reconfigured: 'the seller deploys another lateness in the middle of the month',
  zeroRecords: 'a record of 0 is sent, as the seller has asked for some hours',
  clockStep: 'the clock of the functions is set forward or back',
  // The stream
  redelivered: 'a batch that was done is delivered again',
  recut: 'a delivery begins or ends elsewhere than the one before it',
  deliveredTwice: 'the same records are delivered to two invocations at once',
  shardsReordered: 'a record is delivered before an older one of another shard',
  bisected: 'a batch that failed is halved',
  partialBatch: 'an invocation names the record from which to deliver again',
  givenUp: 'a batch is too old to try again and goes to the failed batches',
  redrivenBatch: 'a failed batch is fed in again',
  redrivenDay: 'all usage events of a day are fed in again',
  // Whoever reports usage
  duplicateEvent: 'an event is reported again',
  otherQuantity: 'the id of an event is reported again with another quantity',
  sameIdInRequest: 'a request holds an id twice',
  sameIdOtherSource: 'two sources use the same id',
  lateEvent: 'an event comes hours late',
  tooLateEvent: 'an event comes too late',
  futureEvent: 'an event lies in the future',
  hugeQuantity: 'a quantity near the largest',
  directPut: 'an application puts an item itself',
  malformedPut: 'an application puts an item that cannot be usage',
  overwritten: 'an application writes over an event',
  // AWS Marketplace
  throttle: 'BatchMeterUsage is throttled',
  errorBeforeCommit: 'BatchMeterUsage fails with 5xx, nothing is billed',
  errorAfterCommit: 'BatchMeterUsage fails with 5xx after it billed',
  dropBeforeCommit: 'BatchMeterUsage times out, nothing is billed',
  dropAfterCommit: 'BatchMeterUsage times out after it billed',
  unprocessed: 'records come back unprocessed',
  reorder: 'results come in another order',
  customerNotSubscribed: 'a subscribed customer is called not subscribed',
  licenseNotActive: 'an active licence is called inactive',
  disabledApi: 'the API is disabled',
  poisonedCall: 'one record sinks a call of several',
  otherQuantityBilled: 'somebody else metered another quantity for the hour',
  suspended: 'a suspended account is metered',
  ended: 'an ended subscription is metered',
  awsOutage: 'AWS Marketplace is down for minutes or hours',
  awsOutageOfDays: 'an outage outlasts the window in which AWS takes an hour',
  monthEnd: 'a record is sent in the last six hours for its month',
  leapDay: 'usage of a 29th of February is billed',
  // The life of a subscription
  licenseEventRedelivered: 'an event of AWS Marketplace comes again',
  licenseEventReordered: 'events of AWS Marketplace come in another order',
  licenseEventDelayed: 'an event of AWS Marketplace comes minutes or hours late',
  eventBeforeRegistration: 'a licence is known before its buyer registers',
  registrationBeforeEvent: 'a buyer registers before any event of the licence is followed',
  registeredAgain: 'a buyer registers once more',
  usageBeforeActivation: 'usage is reported before AWS activates the licence',
  usageAfterEnd: 'usage is reported of a subscription that AWS has ended',
  endedMidHour: 'a subscription ends within an hour that has usage',
  renewed: 'another agreement takes over the licence',
  moved: 'a customer of an older product moves to its licence',
  movedAgain: 'a customer is moved who has moved before',
  moveRefused: 'a mapping names the licence of somebody else',
  meteredAsBefore: 'an hour before the switch of a customer who has moved is metered by its identifier',
  meteredByLicense: 'an hour after the switch is metered by licence',
  resubscribed: 'a buyer comes back after the end',
  changedAtOnce: 'several functions change a subscription at the same moment',
  changeRedelivered: 'a change of a subscription is delivered again to what follows it',
  flushedMidHour: 'the last hour is sent before it is over',
  lostAtEnd: 'usage comes too late for the end of its subscription, and expires',
  amended: 'a contract changes what it gives',
  contractEnded: 'a contract runs out in the middle of the month',
  contractRenewed: 'a contract is renewed, with another end and mostly with other amounts',
  unmeteredUsed: 'usage is reported or put of what is sold by contract alone',
  entitlementsThrottled: 'GetEntitlements is throttled',
  entitlementsFailed: 'GetEntitlements fails with 5xx',
  entitlementsDropped: 'GetEntitlements times out',
  emptyPage: 'a page of entitlements is empty, and more follow',
  covered: 'a contract covers an hour, or part of it',
} as const;

export type FaultName = keyof typeof FAULTS;

export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

export type FaultCounts = Partial<Record<FaultName, number>>;

/** What BatchMeterUsage can be made to do for a call or two, in memory and on the real engine. */
export const METERING_FAULTS = [
  'throttle',
  'errorBeforeCommit',
  'errorAfterCommit',
  'dropBeforeCommit',
  'dropAfterCommit',
  'unprocessed',
  'reorder',
  'customerNotSubscribed',
  'licenseNotActive',
] as const satisfies readonly (FaultName & FaultKind)[];

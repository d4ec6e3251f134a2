import type { FaultKind } from '../../../simulator';

/**
 * Everything that goes wrong, by name. A fault counts only when it takes effect: a throttle that hits a call, a Query
 * that leaves something out, a run that is cut off while it has work.
 */
const ON_BOTH_ENGINES = {
  // DynamoDB
  storeThrottled: 'a call to DynamoDB is refused, nothing happens',
  storeErrorAfterCommit: 'a write happens, but the caller sees an error',
  storeAnswerLost: 'a write happens, its answer is lost, and the SDK tries again',
  transactionConflict: 'a write is refused because it conflicts with another one',
  // Lambda
  stoppedInTime: 'a metering run stops because its time is nearly up, with hours left',
  twoRuns: 'two metering runs run at the same time',
  // The stream
  redelivered: 'a batch that was processed is delivered again',
  deliveredTwice: 'the same records are delivered to two invocations at once',
  // The application that reports usage
  duplicateEvent: 'an event is reported again',
  otherQuantity: 'the id of an event is reported again with another quantity',
  sameIdInRequest: 'a request holds an id twice',
  malformedReport: 'an event that cannot be read is reported',
  lateEvent: 'an event comes hours late',
  tooLateEvent: 'an event comes too late',
  futureEvent: 'an event lies in the future',
  directPut: 'an application puts an item itself',
  malformedPut: 'an application puts an item that cannot be usage',
  overwritten: 'an application writes over an event',
  // AWS Marketplace
  throttle: 'BatchMeterUsage is throttled',
  errorBeforeCommit: 'BatchMeterUsage fails with 5xx, nothing is billed',
  errorAfterCommit: 'BatchMeterUsage fails with 5xx after it billed',
  dropBeforeCommit: 'BatchMeterUsage gives no answer, nothing is billed',
  dropAfterCommit: 'BatchMeterUsage gives no answer after it billed',
  unprocessed: 'records come back unprocessed',
  reorder: 'results come in another order',
  customerNotSubscribed: 'a subscribed customer is called not subscribed',
  licenseNotActive: 'an active licence is called inactive',
  // The life of a subscription
  licenseEventRedelivered: 'an event of AWS Marketplace comes again',
  registeredAgain: 'a buyer registers again',
  usageBeforeActivation: 'usage is reported before AWS activates the licence',
  endedMidHour: 'a subscription ends within an hour that has usage',
} as const;

const IN_MEMORY = {
  // DynamoDB
  transactionThrottled: 'a transaction is refused because one of its writes is throttled',
  reasonsMixed: 'a transaction is refused for several reasons at once',
  paged: 'a Query answers in several pages',
  partialQuery: 'a Query misses part of a transaction that it overlaps',
  indexLagged: 'the index of due work is outdated',
  glanceOutdated: 'intake reads a subscription as it was a moment ago, or does not find it yet',
  keysUnprocessed: 'a BatchGetItem leaves keys unprocessed',
  timeToLive: 'DynamoDB deletes expired items',
  storeOutage: 'DynamoDB is down for minutes or hours',
  // Lambda
  crashBefore: 'an invocation dies before a call',
  crashAfter: 'an invocation dies after a call took effect',
  frozen: 'an invocation freezes before a call',
  zombie: 'a frozen invocation wakes hours later and goes on',
  answerHeld: 'AWS bills records and goes down for days; the run that has its answer hangs for as long',
  outOfTime: 'an invocation is killed at its timeout',
  meteredUnderDelivery: 'a metering run and a delivery run at the same time',
  reconfigured: 'the seller deploys another lateness in the middle of the month',
  timesChanged: 'the seller deploys another grace and window, and what becomes of unsendable usage',
  contractTermsChanged: 'the seller deploys another period of contracts, or another entitlement that covers usage',
  dimensionRemoved: 'the seller deploys a configuration without a dimension that was used',
  formChanged: 'the seller deploys whole units for a decimal dimension, or the reverse',
  zeroRecords: 'a record of 0 is sent, as the seller has asked for some hours',
  clocksDiffer: 'functions whose clocks differ by more than ten seconds run at the same time',
  clockStep: 'the clock of the functions is set forward or back',
  // The stream
  recut: 'a redelivered batch begins or ends at another record',
  shardsReordered: 'a record is delivered before an older one of another shard',
  bisected: 'a batch that failed is halved',
  partialBatch: 'an invocation names the record from which to deliver again',
  givenUp: 'a batch is too old to try again and goes to the failed batches',
  changesGivenUp: 'changes of subscriptions are too old to try again and go to the failed batches',
  redrivenBatch: 'a failed batch is fed in again',
  redrivenDay: 'all usage events of a day are fed in again',
  // The application that reports usage
  sameIdOtherSource: 'two sources use the same id',
  hugeQuantity: 'an event has a quantity near the largest',
  // AWS Marketplace
  disabledApi: 'the API is disabled',
  resultMissing: 'a record is in neither list of an answer',
  decimalsRefused: 'AWS Marketplace refuses decimals, until the operator resumes',
  decimalsUnknown: 'AWS Marketplace does not read decimals, and bills 0',
  decimalsHalted: 'decimal records wait for the operator',
  frozenAnew: 'a sealed decimal record is billed in whole units',
  settledByOperator: 'the operator settles an unconfirmed hour, as AWS bills it or not',
  poisonedCall: 'one record makes a call with several records fail',
  otherQuantityBilled: 'somebody else metered another quantity for the hour',
  suspended: 'a suspended account is metered',
  ended: 'an ended subscription is metered',
  awsOutage: 'AWS Marketplace is down for minutes or hours',
  awsOutageOfDays: 'an outage outlasts the window in which AWS takes an hour',
  monthEnd: 'a record is sent in the last six hours for its month',
  leapDay: 'usage of a 29th of February is billed',
  // The life of a subscription
  licenseEventReordered: 'events of AWS Marketplace come in another order',
  licenseEventLost: 'an event of AWS Marketplace never comes, until somebody sends it again after the month',
  announced: 'AWS Marketplace announces a payment risk, an end or a renewal',
  licenseEventDelayed: 'an event of AWS Marketplace comes minutes or hours late',
  otherArnInEvent: 'an event names a licence by an ARN that AWS does not take in records',
  frozenAnewByLicense: 'a sealed record gets the licence that a registration has named',
  eventBeforeRegistration: 'an event of the licence comes before its buyer registers',
  registrationBeforeEvent: 'a buyer registers before any event of the licence is followed',
  usageAfterEnd: 'usage is reported of a subscription that AWS has ended',
  renewed: 'another agreement takes over the licence',
  moved: 'a customer of an older product moves to its licence',
  movedAgain: 'a customer who has already moved is moved again',
  moveRefused: "a mapping names another customer's licence",
  meteredAsBefore: "an hour before a moved customer's switch is metered by customer identifier",
  meteredByLicense: 'an hour after the switch is metered by licence',
  resubscribed: 'a buyer comes back after the end',
  dryRun: 'usage of a product before it is live is withheld',
  testAccount: 'usage of an account that tests the product is withheld',
  held: 'the operator holds usage back: an hour waits',
  aboveMaximum: 'an hour waits because its quantity is above the maximum of its dimension',
  letGo: 'the operator lets an hour go that is above the maximum',
  testNeedsEnd: 'an hour waits because the seller has removed a test without saying when it ended',
  heldTooLong: 'an hour is carried because it can be held back no longer',
  usedInGap: 'usage of a time between two subscriptions is rejected',
  changedAtOnce: 'several functions change a subscription at the same moment',
  changeRedelivered: 'a change of a subscription is delivered again to the functions that follow it',
  flushedMidHour: 'the last hour is sent before it is over',
  lostAtEnd: 'usage comes too late for the end of its subscription, and expires',
  amended: "a contract's amounts change",
  contractEnded: 'a contract runs out in the middle of the month',
  contractRenewed: 'a contract is renewed, with another end and mostly with other amounts',
  unmeteredUsed: 'usage of a product sold by contract alone is reported or put',
  entitlementsThrottled: 'GetEntitlements is throttled',
  entitlementsFailed: 'GetEntitlements fails with 5xx',
  entitlementsDropped: 'GetEntitlements times out',
  emptyPage: 'a page of entitlements is empty, and more follow',
  covered: 'a contract covers an hour, or part of it',
  movedOut: 'the item of an open hour is full, and its events become a tally',
} as const;

const ON_DYNAMODB = {
  killedAggregation: 'aggregate-usage dies in the middle; the mapping delivers again, in halves',
  aggregationOutOfTime: 'aggregate-usage is killed at its timeout',
  answerLost: 'aggregate-usage finishes, but its answer is lost: the same batch is delivered again',
  killedMetering: 'a metering run dies in the middle',
  meteringOutOfTime: 'a metering run is killed at its timeout',
  killedIntake: 'record-usage dies in the middle; the application reports again',
  redrivenAll: 'all stored events are delivered again',
  reportedTwiceAtOnce: 'an event is reported in two requests at once',
  monthEndOutage: 'AWS Marketplace is down over a month end',
} as const;

const OLD_AND_NEW = {
  updated: 'this version is deployed over the last release',
  rolledBack: 'the last release is deployed over this version',
  oldBesideNew: 'some functions run the last release and some this version',
  redrivenAfterRollback: 'a batch that the last release has set back is fed in again by this version',
} as const;

const FAULTS = { ...ON_BOTH_ENGINES, ...IN_MEMORY, ...ON_DYNAMODB, ...OLD_AND_NEW };

export type FaultName = keyof typeof FAULTS;
export type FaultCounts = Partial<Record<FaultName, number>>;
export type EngineName = 'memory' | 'dynamodb' | 'oldAndNew';

export const sentenceOf = (fault: FaultName): string => FAULTS[fault];

/** The faults that each engine can make. */
export const FAULTS_OF: Readonly<Record<EngineName, readonly FaultName[]>> = {
  memory: Object.keys({ ...ON_BOTH_ENGINES, ...IN_MEMORY }) as FaultName[],
  dynamodb: Object.keys({ ...ON_BOTH_ENGINES, ...ON_DYNAMODB }) as FaultName[],
  oldAndNew: Object.keys({ ...ON_BOTH_ENGINES, ...ON_DYNAMODB, ...OLD_AND_NEW }) as FaultName[],
};

/** Faults of BatchMeterUsage that last for a call or two, on both engines. */
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

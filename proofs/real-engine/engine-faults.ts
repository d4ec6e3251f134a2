/** Everything that goes wrong, by name. Each is counted only when it really took effect. */
export const ENGINE_FAULTS = {
  // Functions
  killedAggregation: 'aggregate-usage dies in the middle; the mapping delivers again, in halves',
  aggregationOutOfTime: 'aggregate-usage is killed at its timeout',
  answerLost: 'aggregate-usage finishes, but its answer is lost: what was done is delivered again',
  killedMetering: 'a metering run dies in the middle',
  meteringOutOfTime: 'a metering run is killed at its timeout',
  stoppedInTime: 'a metering run stops because its time is nearly up, with hours left',
  killedIntake: 'record-usage dies in the middle; the application reports again',
  twoRuns: 'two metering runs are at work at once, under deliveries and reports',
  // The stream
  redelivered: 'stored events are delivered again, cut otherwise',
  deliveredTwice: 'overlapping batches are delivered to two invocations at once',
  redrivenAll: 'all stored events are delivered again',
  // DynamoDB, between the functions and the engine
  storeThrottled: 'a call to DynamoDB is throttled',
  storeErrorAfterCommit: 'a write happens, but the caller sees an error',
  storeAnswerLost: 'a write happens, and the connection is cut before its answer',
  transactionConflict: 'a transaction is refused as in conflict with another',
  // Whoever reports usage
  duplicateEvent: 'an event is reported again',
  reportedTwiceAtOnce: 'an event is reported in two requests at once',
  otherQuantity: 'the id of an event is reported again with another quantity',
  sameIdInRequest: 'a request holds an id twice',
  lateEvent: 'an event comes hours late',
  tooLateEvent: 'an event comes too late',
  futureEvent: 'an event lies in the future',
  malformedReport: 'an event is reported that cannot be read',
  directPut: 'an application puts an item itself',
  malformedPut: 'an application puts an item that cannot be usage',
  overwritten: 'an application writes over an event',
  // AWS Marketplace
  throttle: 'BatchMeterUsage is throttled',
  errorBeforeCommit: 'BatchMeterUsage fails with 5xx, nothing is billed',
  errorAfterCommit: 'BatchMeterUsage fails with 5xx after it billed',
  dropBeforeCommit: 'the connection is cut, nothing is billed',
  dropAfterCommit: 'the connection is cut after it billed',
  unprocessed: 'records come back unprocessed',
  reorder: 'results come in another order',
  customerNotSubscribed: 'a subscribed customer is called not subscribed',
  licenseNotActive: 'an active licence is called inactive',
  outage: 'AWS Marketplace is out of order over a month end',
  ended: 'a subscription ends in mid-hour',
  usageBeforeActivation: 'usage is reported before AWS activates the licence',
  licenseEventRedelivered: 'a licence event comes again',
  registeredAgain: 'a buyer registers again',
} as const;

export type EngineFault = keyof typeof ENGINE_FAULTS;

export const ENGINE_FAULT_NAMES = Object.keys(ENGINE_FAULTS) as EngineFault[];

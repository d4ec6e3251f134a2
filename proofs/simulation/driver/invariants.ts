/** The promises, in the words that a failing seed prints. */
export const INVARIANTS = {
  balance: 'used = pending + open + sealed + billed + covered + carried + rejected + expired + unconfirmed',
  oneHour: 'each event is in exactly one hour',
  firstVersion: 'what counts is the first version of an event, as it was reported',
  onlyAccepted: 'only accepted usage is tallied, and nothing is accepted that cannot be usage',
  answered: 'valid usage is not refused; what is answered as accepted is stored',
  sealedAsTallied: 'an hour is sealed with exactly what was tallied and what was carried in',
  frozen: 'no hour changes after it was sealed',
  transitions: 'an hour only moves along the states of the promise',
  oneRequest: 'one request for a customer, dimension and hour, the same bytes each time',
  sentAsFrozen: 'only sealed records are sent, as they were frozen',
  callLimits: 'no call is over the limits',
  quota: 'no call is over the quota',
  oneForm: 'one product and one form of identity a call, and for ever for a customer',
  movedOnce: 'a customer moves to its licence once, from an hour on that nobody has sealed',
  timestamp: 'the timestamp lies in the hour of use, not before the activation, and in the window',
  allocations: 'allocations sum to the quantity, in proportion',
  billedOnce: "what we call billed is in AWS's ledger, exactly; what we call rejected or expired is not",
  notGivenUp: 'nothing is given up while AWS may still take it, nor called by another name than what became of it',
  rejectedByAws: 'only what AWS refused by itself is called rejected',
  answerKept: 'every send is counted, and every acceptance and every unknown result is remembered',
  neverMoreThanUsed: "AWS's ledger never holds more than was used",
  settled: 'when all is quiet nothing is left pending, open or sealed that need not be',
  intake: 'usage is taken in the states that take it, and refused in the others',
  lastFlush: 'what is counted in time before the end of a subscription is sent, unless something goes wrong',
  notAfterEnd: 'nothing is sent for a subscription that has ended',
  lifeCycle: 'a subscription only moves along its states, one version a change',
  lifeOfAws: "when all is quiet a subscription is what AWS's own agreements say",
  remembered: 'what AWS says is kept, and counts, before its message is acknowledged; so is who registers',
  told: 'every change of state is told, with the version it has',
  entitled: 'the entitlements that are stored are what AWS gave when it was asked',
  coveredOnce: 'a contract covers what it gives, once a period, and is asked about an hour after it',
  neverMetered: 'what is sold by contract alone is never metered, and its usage is refused',
  zeroRecords: 'a 0 is sent of each closed hour of an active subscription where it is asked for, and of no other',
  consistentRead: 'nothing is decided by a read that may show the past',
  setAside: 'what cannot be usage is set aside, and nothing else is',
  noSurprise: 'an invocation fails only by what was done to it',
} as const;

export type InvariantName = keyof typeof INVARIANTS;

export interface Violation {
  invariant: InvariantName;
  what: string;
}

/** The promises, in the words that a failing seed prints. */
export const INVARIANTS = {
  balance: 'used = pending + open + sealed + billed + covered + carried + withheld + rejected + expired + unconfirmed',
  delivered: 'usage is counted, and anything else set aside, once its delivery is acknowledged',
  oneHour: 'each event is in exactly one hour',
  firstVersion: 'the first version of an event counts, as it was reported',
  onlyAccepted: 'only accepted usage is tallied, and nothing is accepted that cannot be usage',
  answered: 'valid usage is not refused, and accepted usage is stored',
  sealedAsTallied: 'an hour is sealed with exactly its tallied and its carried-in usage',
  estimated: 'the estimated usage of an open hour is never below its usage',
  frozen: 'a sealed hour never changes',
  transitions: 'an hour makes only the allowed changes of state',
  oneRequest: 'a customer, dimension and hour has one request, with the same bytes each time',
  sentAsFrozen: 'only sealed records are sent, exactly as they were frozen',
  callLimits: 'no call is over the limits',
  quota: 'no call is over the quota',
  oneForm: 'a call names one product and one form of identity, and each hour of a customer has one form',
  decimalsTried:
    'no decimal record is sent while decimals are halted, and only one at a time until AWS has repeated one as it was sent',
  movedOnce: 'a customer moves to its licence once, from an hour that is not sealed yet',
  timestamp: 'the timestamp lies in the hour of use, not before the activation, and in the window',
  allocations: 'allocations sum to the quantity, in proportion',
  billedOnce: "billed hours are in AWS's ledger, exactly; rejected and expired hours are not",
  notGivenUp: 'no hour is given up while AWS may still take it, and its state says what happened to it',
  rejectedByAws: 'only hours that AWS itself refused are rejected',
  answerKept: 'every send is counted, and every acceptance and every unknown result is remembered',
  neverMoreThanUsed: "AWS's ledger never holds more than was used",
  settled: 'at rest, nothing is pending, open or sealed without a reason',
  intake: 'usage is accepted in the states that accept it, and refused in the others',
  subscribedThen: 'usage of an hour in which AWS had nobody subscribed is rejected, and no other is for that reason',
  withheld: 'usage of a test is withheld by its hour of use and never sent, and no other usage is withheld',
  held: 'an hour that AWS was never told of is not sent while the operator holds it back, or is above its maximum',
  waitsInTime: "an hour that waits for the operator is decided before AWS's window ends",
  lastFlush: 'usage counted in time before the end of a subscription is sent, unless something fails',
  notAfterEnd: 'nothing is sent for a subscription that has ended',
  lifeCycle: 'a subscription makes only the allowed changes of state, one version per change',
  lifeOfAws: "at rest, each subscription is in the state that AWS's own agreements give it",
  remembered:
    'a message of AWS is stored and takes effect before it is acknowledged, and a registration before it is answered',
  told: 'every change of state has a notice with its version',
  entitled: 'stored entitlements are those that AWS gave when it was asked',
  coveredOnce: 'a contract covers its amount once per period, and AWS is asked about it after the hour',
  neverMetered: 'products sold by contract alone are never metered, and their usage is refused',
  zeroRecords: 'a 0 is sent for each closed hour of an active subscription that asks for it, and for no other',
  consistentRead: 'no decision uses a read that may be outdated, except to accept usage',
  setAside: 'items that cannot be usage are set aside, and no others',
  noSurprise: 'an invocation fails only because of an injected fault',
} as const;

export type InvariantName = keyof typeof INVARIANTS;

export interface Violation {
  invariant: InvariantName;
  what: string;
}

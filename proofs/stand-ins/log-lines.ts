import type { MessageCode } from '../../lambdas/shared/contract/message-codes';

/** The fields of `toErrorIds`: never a message, because parsers and SDKs quote their input. */
const ERROR = ['errorName', 'errorAt', 'awsRequestId', 'awsStatus', 'reason', 'cause'];
const HOUR = ['subscriptionId', 'dimension', 'hour'];

/** Every field that a line may have besides its code. Another one may hold a token, an address or a customer. */
const FIELDS: Readonly<Record<MessageCode, readonly string[]>> = {
  STARTED: ['requestId'],
  COMPLETED: ['requestId'],
  HTTP_REFUSED: ['reason', 'statusCode'],
  HTTP_UNEXPECTED_ERROR: ERROR,
  SUBSCRIPTION_REGISTERED: ['subscriptionId', 'state'],
  REGISTRATION_FAILED: ['reason'],
  REGISTRATION_COMPLETED: ['subscriptionId'],
  REGISTRATION_EXCHANGED: ['subscriptionId'],
  RESOLVE_CUSTOMER_REFUSED: ['reason'],
  CUSTOMER_MOVES: ['subscriptionId', 'licenseFrom'],
  AGREEMENT_EVENT_FOLLOWED: ['eventId', 'kind', 'outcome'],
  AGREEMENT_EVENT_FAILED: ['messageId', ...ERROR],
  LICENSE_EVENT_OF_OTHER_ACCOUNT: ['subscriptionId'],
  ENTITLEMENTS_NOT_READ: ['subscriptionId', 'reason'],
  ENTITLEMENTS_UNNAMED: ['subscriptionId', 'dimensions'],
  AGREEMENT_NOT_READ: ['subscriptionId', 'reason'],
  REFRESH_FAILED: ERROR,
  USAGE_STORE_FAILED: ERROR,
  USAGE_NOT_TALLIED: ERROR,
  USAGE_NOT_BILLED: [...HOUR, 'state', 'units'],
  UNITS_WAITING_NOT_ADDED_UP: ['hours'],
  RECORD_NOT_ACCEPTED: [...HOUR, 'kind', 'reason', 'meteringRecordId', 'echoed', 'isInDoubt'],
  RECORD_FROZEN_ANEW: HOUR,
  DECIMALS_HALTED: [...HOUR, 'productCode', 'reason'],
  DECIMALS_WAIT: ['productCode', 'reason', 'evidence', 'records', 'hoursUntilFirstWindowCloses'],
  DUE_ITEM_IS_NO_HOUR: ['subscriptionId'],
  METERING_FAILED: ERROR,
  NOTICE_UNREADABLE: ['sequenceNumber', ...ERROR],
  PUT_EVENTS_FAILED: ERROR,
};

/** Our own words and the names of AWS's exceptions. A token, an account or a customer identifier is neither. */
const WORDS = /^[A-Za-z]?[a-z]+(?: ?(?:A(?=[A-Z])|[A-Z]?[a-z0-9]+))*$/;
const VALUES: Readonly<Record<string, RegExp>> = {
  requestId: /^[\w-]+$/,
  meteringRecordId: /^[\w-]+$/,
  echoed: /^[\w. ]*$/,
  productCode: /^[\w-]+$/,
  evidence: /^[\w# :-]+$/,
  reason: WORDS,
  state: WORDS,
  kind: WORDS,
  outcome: WORDS,
  errorName: /^[A-Za-z]+$/,
  subscriptionId: /^s-[0-9a-z]+$/,
  hour: /^\d{4}-\d\d-\d\dT\d\d$/,
  licenseFrom: /^\d{4}-\d\d-\d\dT\d\d$/,
};

/** A sentence of ours has no ids and no values: those are fields. */
const SENTENCE = /^[A-Z][A-Za-z, ]+$/;

/** What a log line shows that it must not show; empty: it is clean. */
export function faultsOfLine(sentence: unknown, ids: unknown): string[] {
  if (typeof ids !== 'object' || ids === null) return ['a line without fields'];
  const { messageCode, ...fields }: Record<string, unknown> = { ...ids };
  const allowed: readonly string[] | undefined = FIELDS[messageCode as MessageCode];
  if (allowed === undefined) return [`an unknown code: ${String(messageCode)}`];
  const faults = faultsOfFields(fields, allowed);
  if (!SENTENCE.test(String(sentence))) faults.push('a sentence with values');
  return faults.map((fault) => `${String(messageCode)}: ${fault}`);
}

function faultsOfFields(fields: Record<string, unknown>, allowed: readonly string[]): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (!allowed.includes(name)) return [`the field ${name} is not allowed`];
    if (name === 'cause') return faultsOfFields({ ...(value as object) }, ERROR);
    const pattern = VALUES[name];
    return pattern === undefined || pattern.test(String(value)) ? [] : [`the field ${name} is no ${pattern}`];
  });
}

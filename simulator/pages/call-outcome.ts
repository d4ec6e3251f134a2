import type { Html } from '../../web/html';
import { badge } from '../../web/parts';
import type { LoggedCall } from '../rules/call-log';
import type { FaultKind, Operation } from '../rules/faults';
import { BATCH_METER_USAGE_PER_SECOND, GET_ENTITLEMENTS_PER_SECOND } from '../rules/limits';
import type { OUTCOMES } from './filters';
import { notBilledCount } from './record-results';

export function outcomeOf(call: LoggedCall): (typeof OUTCOMES)[number] {
  if (call.outcome.kind === 'failed') return 'refused';
  if (call.outcome.kind === 'dropped') return 'dropped';
  return notBilledCount(call) > 0 ? 'notBilled' : 'answered';
}

export function outcomeBadge(call: LoggedCall): Html {
  if (call.outcome.kind === 'failed') return badge(`${call.outcome.error.status} ${call.outcome.error.type}`, 'bad');
  if (call.outcome.kind === 'dropped') return badge('no response', 'bad');
  const notBilled = notBilledCount(call);
  return notBilled > 0 ? badge(`200, ${notBilled} not billed`, 'warn') : badge('200', 'good');
}

const FAULT_RULES: Partial<Record<FaultKind, string>> = {
  dropBeforeCommit: 'The connection was closed before the call took effect.',
  dropAfterCommit: 'The call took effect, and the connection was closed without a response.',
  errorBeforeCommit: 'The call failed before it took effect.',
  errorAfterCommit: 'The call took effect and failed all the same.',
};

const QUOTAS: Partial<Record<Operation, number>> = {
  BatchMeterUsage: BATCH_METER_USAGE_PER_SECOND,
  GetEntitlements: GET_ENTITLEMENTS_PER_SECOND,
};

/** Why the call was not answered, in a sentence; undefined when it was. */
export function ruleOf({ operation, outcome, faults }: LoggedCall): string | undefined {
  const [planted] = faults.flatMap((kind) => FAULT_RULES[kind] ?? []);
  if (outcome.kind === 'answered') return undefined;
  if (outcome.kind === 'dropped') return planted;
  const { message, type } = outcome.error;
  const quota = type === 'ThrottlingException' && faults.length === 0 && operation ? QUOTAS[operation] : undefined;
  const quotaRule = quota === undefined ? undefined : `The quota is ${quota} calls of ${operation} a second.`;
  return [message, planted ?? quotaRule].filter((sentence) => sentence !== undefined).join(' ');
}

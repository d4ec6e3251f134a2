import { toNumber } from '../../local/dynamodb/values/numbers';
import type { WireAnswer, WireCommand } from '../local/dynamodb/wire-client';

/*
 * Where DynamoDB Local is known to differ from AWS, or where several answers are right, the comparison looks away. Each
 * case is listed here, and nowhere else.
 */

const isValidation = ({ body }: WireAnswer) => String(body.__type).endsWith('#ValidationException');
/** A cancellation because an action does not fit its item. */
const isMisfit = ({ body }: WireAnswer) => JSON.stringify(body.CancellationReasons ?? []).includes('ValidationError');

/** An answer as text, without what is not compared. */
export function comparable({ operation, input }: WireCommand, answer: WireAnswer, other: WireAnswer): string {
  const isRefusal = answer.status === 400 && other.status === 400;
  // A transaction with an invalid action may be refused for it before or after the conditions are looked at.
  const isInvalid = [answer, other].some((each) => isValidation(each) || isMisfit(each));
  if (isRefusal && operation === 'TransactWriteItems' && isInvalid) return 'refused';
  const body = { ...answer.body };
  // DynamoDB Local tells of the capacity of some deletions without being asked.
  if ((input.ReturnConsumedCapacity ?? 'NONE') === 'NONE') delete body.ConsumedCapacity;
  // An empty page costs half a unit at AWS, and nothing in DynamoDB Local.
  if (body.ScannedCount === 0) delete body.ConsumedCapacity;
  // Entries of an index with equal keys have no order, so a limit may cut anywhere.
  if (input.IndexName !== undefined && input.Limit !== undefined) return `page of ${String(body.ScannedCount)}`;
  // DynamoDB Local sometimes knows that a full page is the last one.
  if (body.LastEvaluatedKey === undefined || other.body.LastEvaluatedKey === undefined) delete body.LastEvaluatedKey;
  // Of several mistakes, each engine may name another one first. The messages of single mistakes have tests of their own.
  if (isValidation(answer)) return `refused ${answer.status}`;
  return JSON.stringify([
    answer.status,
    normalized(body, { operation, isIndexed: input.IndexName !== undefined, name: '' }),
  ]);
}

interface Place {
  operation: string;
  isIndexed: boolean;
  /** The member that holds the value. */
  name: string;
}

function normalized(value: unknown, place: Place): unknown {
  if (Array.isArray(value))
    return sortedIfUnordered(
      value.map((each: unknown) => normalized(each, place)),
      place,
    );
  // DynamoDB Local keeps needless zeros of numbers inside lists and maps.
  if (place.name === 'N' || place.name === 'NS') return toNumber(String(value)).value;
  // Some messages end with a full stop.
  if (/^message$/i.test(place.name)) return String(value).replace(/\.$/, '');
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, each]): [string, unknown] => [
    name === 'Message' ? 'message' : name,
    normalized(each, { ...place, name }),
  ]);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sortedIfUnordered(list: unknown[], { operation, isIndexed, name }: Place): unknown[] {
  const isSet = ['SS', 'NS', 'BS'].includes(name);
  const isUnordered =
    isSet || operation === 'BatchGetItem' || (name === 'Items' && (operation === 'Scan' || isIndexed));
  return isUnordered ? list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : list;
}

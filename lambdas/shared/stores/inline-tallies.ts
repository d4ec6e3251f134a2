import type { OpenHour } from '../domain/hourly-usage';
import { foldTallies, talliesOfFold, type UsageTally } from '../domain/usage-tally';
import { countDelivery, hourItemKey, openHourWrite } from './hourly-usage-items';
import { inlineBytes, inlineRoom, inlineTexts } from './inline-events';

/**
 * Small deliveries go into the hour's own item: one conditional update, where a tally needs a transaction. What is full
 * moves out to a tally. Three attributes of the hour belong to them:
 *
 *   inlineEvents    the events, each once
 *   inlineBytes     what has been appended since events moved out
 *   inlineVersion   raised by each append and by each moving out, and `tallies` with it, so that code which knows
 *                   nothing of inline events takes every fold for incomplete and waits
 */
export interface InlineSettings {
  /** The size up to which an open hour's item may grow. */
  openHourBytes?: number | undefined;
}

/** An append of a delivery; undefined when it is so large that a transaction is as cheap. */
export function appendWrite(tally: UsageTally, { openHourBytes, dueAtMs }: InlineSettings & { dueAtMs: number }) {
  const texts = inlineTexts(tally);
  const bytes = inlineBytes(texts);
  const room = inlineRoom(tally, openHourBytes);
  if (bytes > room) return undefined;
  const { UpdateExpression, ConditionExpression, ExpressionAttributeValues, ...write } = openHourWrite(tally, dueAtMs);
  const { adds, values } = countDelivery(tally);
  return {
    ...write,
    UpdateExpression: `${UpdateExpression} ${adds}, inlineVersion :one, inlineBytes :bytes, inlineEvents :texts`,
    ConditionExpression: `(${ConditionExpression}) AND (attribute_not_exists(inlineBytes) OR inlineBytes <= :room)`,
    ExpressionAttributeValues: {
      ...ExpressionAttributeValues,
      ...values,
      ':one': 1,
      ':bytes': bytes,
      ':texts': new Set(texts),
      ':room': room - bytes,
    },
  };
}

/** The tallies of an hour's inline events and a delivery for which it has no room. */
export function movedOut({ inlineEvents = [] }: OpenHour, tally: UsageTally): UsageTally[] {
  return talliesOfFold(foldTallies([...inlineEvents, tally]), tally);
}

/** The hour without its inline events, which became tallies with a delivery, if none has come since it was read. */
export function movedOutWrite({ inlineVersion = 0, ...hour }: OpenHour, tally: UsageTally, tallies: number) {
  const { adds, values } = countDelivery(tally, tallies + 1);
  return {
    Key: hourItemKey(hour),
    UpdateExpression: `REMOVE inlineEvents, inlineBytes ${adds}, inlineVersion :one`,
    ConditionExpression: '#state = :open AND inlineVersion = :seen',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ...values,
      ':one': 1,
      ':open': 'open',
      ':seen': inlineVersion,
    },
  };
}

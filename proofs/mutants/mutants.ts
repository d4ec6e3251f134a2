import { LIFE_CYCLE_MUTANTS } from './life-cycle-mutants';
import { mutant, row, type Mutant } from './mutant';

const STORES = 'lambdas/shared/stores';
const DOMAIN = 'lambdas/shared/domain';
const METER = 'lambdas/meter-usage';
const AGGREGATE = 'lambdas/aggregate-usage/aggregate-usage.ts';
const ADAPTER = 'lambdas/shared/marketplace/batch-meter-usage.ts';

/** Each removes what keeps one promise. Their texts must be found exactly once: a mutant that changes nothing proves nothing. */
export const MUTANTS: readonly Mutant[] = [
  // Intake
  row('intake writes over', `${STORES}/usage-events.ts`, "ConditionExpression: 'attribute_not_exists(pk)',", ''),
  row(
    'an id counts without its source',
    `${DOMAIN}/usage-event.ts`,
    "return `${source.replaceAll('%', '%25').replaceAll('#', '%23')}#${id}`;",
    'return source === id ? source : `#${id}`;',
  ),
  row(
    'usage is judged by the clock',
    'lambdas/record-usage/record-usage.ts',
    '?? refusalOf(event, deps);',
    '?? refusalOf({ ...event, receivedAtMs: event.timeMs }, deps);',
  ),
  // Aggregation
  row(
    'a fold counts an event as often as it comes',
    `${DOMAIN}/usage-tally.ts`,
    'if (!fold.has(event.key)) fold.set(event.key, event);',
    'fold.set(fold.has(event.key) ? `${event.key}#${fold.size}` : event.key, event);',
  ),
  row('a failed tally is not named', AGGREGATE, 'return [...failed];', 'return failed.size > 1e9 ? [...failed] : [];'),
  row(
    'late usage forgets what a sealed hour holds',
    AGGREGATE,
    '{ ...withoutEvents(remaining, sealed.fold), hour: nextHour(remaining.hour) }',
    '{ ...remaining, hour: nextHour(remaining.hour) }',
  ),
  row(
    'late usage skips an hour',
    AGGREGATE,
    'hour: nextHour(remaining.hour) };',
    "hour: sealed.hour.state === 'billed' ? nextHour(nextHour(remaining.hour)) : nextHour(remaining.hour) };",
  ),
  row(
    'lateness is measured against the newest of the batch',
    AGGREGATE,
    'else if (refusalOf(parsed.event, { latenessHours }))',
    'else if (refusalOf({ ...parsed.event, receivedAtMs: Math.max(parsed.event.receivedAtMs, ...changes.map(({ newImage }) => Date.parse(String(newImage.receivedAt)) || 0)) }, { latenessHours }))',
  ),
  mutant(
    'an overwritten event is billed as overwritten',
    AGGREGATE,
    ['parseUsageEventItem(change.oldImage ?? change.newImage)', 'parseUsageEventItem(change.newImage)'],
    ['if (change.oldImage !== undefined) asides.push', 'if (changes.length < 0) asides.push'],
  ),
  row(
    'usage is set aside without a search',
    AGGREGATE,
    'if (refusal === undefined || (await isTallied(event, deps))) return;',
    'if (refusal === undefined) return;',
  ),
  row(
    'a tally goes into a sealed hour',
    `${STORES}/hourly-usage-sealing.ts`,
    "'attribute_not_exists(#state) OR #state = :open'",
    "'attribute_not_exists(#state) OR attribute_exists(#state)'",
  ),
  row(
    'the same tally is counted again',
    `${STORES}/usage-tallies.ts`,
    "ConditionExpression: 'attribute_not_exists(pk)',",
    '',
  ),
  row(
    'the tallies of an hour are read as they were a moment ago',
    `${STORES}/usage-tallies.ts`,
    'ConsistentRead: true,',
    'ConsistentRead: false,',
  ),
  row(
    'a subscription is read as it was a moment ago',
    `${STORES}/batch-get.ts`,
    'ConsistentRead: true',
    'ConsistentRead: false',
  ),
  // Sealing
  row(
    'sealing does not look whether tallies came',
    `${STORES}/hourly-usage-sealing.ts`,
    "`#state = :open AND ${foldedTallies === 0 ? 'attribute_not_exists(tallies)' : 'tallies = :tallies'}`",
    "'#state = :open'",
  ),
  row(
    'an hour is sealed twice',
    `${STORES}/hourly-usage-sealing.ts`,
    '`#state = :open AND ${',
    '`#state = #state AND ${',
  ),
  row(
    'a fold with tallies missing is believed',
    `${STORES}/folded-hour.ts`,
    'tallies.length === hour.tallies',
    'tallies.length <= hour.tallies',
  ),
  row(
    'the Balance has no version',
    `${STORES}/hourly-usage-sealing.ts`,
    "balance.version === 0 ? 'attribute_not_exists(pk)' : 'version = :version'",
    "'attribute_exists(pk) OR attribute_not_exists(pk)'",
  ),
  row(
    'a Balance gets no hour',
    `${METER}/with-balance.ts`,
    'carriedOut.gte(ONE) && mayOpen(hour)',
    'carriedOut.lt(ONE.minus(ONE)) && mayOpen(hour)',
  ),
  row(
    'the fraction is forgotten',
    `${DOMAIN}/sealing.ts`,
    'carriedOut: available.minus(quantity), expiredQuantity: ZERO }',
    'carriedOut: ZERO, expiredQuantity: ZERO }',
  ),
  row(
    'quantities are added as floats',
    `${DOMAIN}/decimal.ts`,
    'total = total.plus(value);',
    'total = new Big(Number(total) + Number(value));',
  ),
  row(
    'the largest quantity is exceeded',
    `${DOMAIN}/sealing.ts`,
    'whole.gt(MAX_QUANTITY) ? decimal(MAX_QUANTITY) : whole',
    'whole.gt(MAX_QUANTITY) ? decimal(whole.toString()) : whole',
  ),
  row(
    'the record is stamped when it is sealed',
    `${DOMAIN}/sealing.ts`,
    'timestampSeconds: timestampMs / 1000,',
    'timestampSeconds: Math.floor(nowMs / 1000),',
  ),
  row(
    'the hour of the activation is stamped with its start',
    `${DOMAIN}/sealing.ts`,
    'Math.max(hourStartMs(hour), Math.ceil(activatedAtMs / 1000) * 1000)',
    'Math.max(hourStartMs(hour), 0)',
  ),
  row(
    'allocations are rounded one by one',
    `${DOMAIN}/allocations.ts`,
    'let left = BigInt(quantity) - shares.reduce((a, { part }) => a + part, 0n);',
    'let left = 0n;',
  ),
  row(
    'what was carried in takes a tag',
    `${DOMAIN}/allocations.ts`,
    "[['', { key: '', tags: UNTAGGED, weight: carriedIn }]]",
    "[['', { key: '', tags: UNTAGGED, weight: carriedIn.minus(carriedIn) }]]",
  ),
  // Sending
  row(
    'the end of the month is no end',
    `${DOMAIN}/hour.ts`,
    'return Math.min(timestampMs + ACCEPTED_FOR_MS, monthEndMs + MONTH_END_GRACE_MS);',
    'return Math.min(timestampMs + ACCEPTED_FOR_MS, monthEndMs + 30 * MONTH_END_GRACE_MS);',
  ),
  row(
    'records are sent after their window',
    `${METER}/close-hour.ts`,
    'const isTaken = clock.now() + SEND_MARGIN_MS < acceptedUntilMs(record.timestampSeconds * 1000);',
    'const isTaken = clock.now() + SEND_MARGIN_MS < acceptedUntilMs(record.timestampSeconds * 1000) + 10 * 3_600_000;',
  ),
  row(
    'a record is sent again with another quantity',
    `${METER}/close-hour.ts`,
    'return { hourKey, record, sends, answers, subscriptionVersion };',
    'return { hourKey, record: { ...record, quantity: record.quantity + Math.min(sends, 1) }, sends, answers, subscriptionVersion };',
  ),
  row(
    'both forms of identity are sent',
    ADAPTER,
    "...(first.customer.mode === 'legacy' && { ProductCode: first.productCode }),",
    'ProductCode: first.productCode,',
  ),
  row('26 records a call', `${DOMAIN}/marketplace-limits.ts`, 'MAX_RECORDS_PER_CALL = 25', 'MAX_RECORDS_PER_CALL = 26'),
  row(
    'products are mixed in a call',
    `${DOMAIN}/metering-batch.ts`,
    '`${sealed.record.customer.mode}#${sealed.record.productCode}`',
    'sealed.record.customer.mode',
  ),
  row(
    'the quota is not waited for',
    `${METER}/send-records.ts`,
    'if (slotMs > nowMs) await sleep(slotMs - nowMs);',
    '',
  ),
  row(
    'a call poisoned as a whole is not halved',
    `${METER}/send-records.ts`,
    'if (records.length === 1) return { answers: all(result), next: [] };',
    'if (records.length > 0) return { answers: all(result), next: [] };',
  ),
  // Answers
  row(
    'a throttled call is given up',
    `${METER}/send-records.ts`,
    "return { answers: all({ kind: 'unprocessed' }), next: [{ records, tries: tries + 1 }] };",
    "return { answers: all({ kind: 'conflict' }), next: [] };",
  ),
  row(
    'unprocessed records pass for billed',
    ADAPTER,
    "outcomes.set(resultKey(record), { kind: 'unprocessed' });",
    "outcomes.set(resultKey(record), { kind: 'accepted', meteringRecordId: '' });",
  ),
  row(
    'results are matched by their place',
    ADAPTER,
    'records.map((record) => outcomes.get(resultKey(toUsageRecord(record))) ?? {',
    'records.map((_, index) => [...outcomes.values()][index] ?? {',
  ),
  row(
    'DuplicateRecord passes for billed',
    ADAPTER,
    "return { kind: 'conflict' };",
    "return { kind: 'accepted', meteringRecordId: '' };",
  ),
  row(
    'CustomerNotSubscribed passes for billed',
    ADAPTER,
    "return { kind: 'notSubscribed' };",
    "return { kind: 'accepted', meteringRecordId: '' };",
  ),
  row(
    'a timeout passes for a refusal',
    ADAPTER,
    "return { kind: 'ambiguous', reason: name };",
    "return { kind: 'refused', reason: name };",
  ),
  row(
    'an unknown result is forgotten when another answer comes',
    `${METER}/send-records.ts`,
    'uncertain.has(sealed) ? doubted(outcome) : outcome',
    'outcome',
  ),
  row(
    'a send is not claimed',
    `${STORES}/hourly-usage.ts`,
    "ConditionExpression: '#state = :sealed AND sends = :seen',",
    "ConditionExpression: 'attribute_exists(pk)',",
  ),
  row(
    'an acceptance comes too late to count',
    `${DOMAIN}/hourly-usage.ts`,
    "unconfirmed: ['billed'],",
    'unconfirmed: [],',
  ),
  row(
    'sends without an answer are forgotten at the end',
    `${DOMAIN}/hourly-usage.ts`,
    "return sends > answers ? 'unconfirmed' : 'rejected';",
    "return sends < answers ? 'unconfirmed' : 'rejected';",
  ),
  mutant(
    'an answer is counted as often as it is stored',
    `${STORES}/hourly-usage-settling.ts`,
    [', answers = :next', ', answers = answers + :one'],
    ["'#state = :sealed AND answers = :seen'", "'#state = :sealed'"],
    ["':next': answers + 1,", "':one': 1,"],
  ),
  ...LIFE_CYCLE_MUTANTS,
];

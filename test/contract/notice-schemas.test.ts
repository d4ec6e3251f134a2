import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { noticeSchema } from '../../lambdas/shared/contract/notices';
import { toCompletion } from '../../lambdas/shared/domain/subscription-change';
import { noticeSchemaFiles } from '../../schemas/write/notice-schemas';
import { aMeteringRejected } from '../builders/a-metering-rejected';
import { aSealedRecord } from '../builders/a-sealed-record';
import { aSubscription } from '../builders/a-subscription';
import { NoticeValidator } from './notice-validator';

describe('the schema files of the notices', () => {
  it('keeps the schema files equal to the code (otherwise run `npm run schemas`)', async () => {
    const files = await noticeSchemaFiles();
    expect(
      readdirSync('schemas')
        .filter((name) => name.endsWith('.json'))
        .sort(),
    ).toEqual([...files.keys()].sort());
    for (const [name, text] of files) expect([name, readFileSync(`schemas/${name}`, 'utf8')]).toEqual([name, text]);
  });

  it('has a schema file for every kind of notice', async () => {
    const kinds = noticeSchema.options.map(({ shape }) => shape.kind.value);
    expect([...(await noticeSchemaFiles()).keys()].map((name) => name.split('.')[0])).toEqual(kinds);
  });

  it('accepts published notices, and fields that a later release adds', () => {
    const validator = new NoticeValidator();
    const { notice } = toCompletion(aSubscription(), '2026-11-02T12:00:00.000Z');
    const rejected = aMeteringRejected(aSealedRecord().hourKey);
    for (const detail of [notice, rejected, { ...rejected, added: 1 }])
      expect(validator.problemOf(JSON.parse(JSON.stringify(detail)))).toBeUndefined();
  });

  it.each([
    ['a field is missing', { quantity: undefined }, "must have required property 'quantity'"],
    ['a value is not among the allowed ones', { outcome: 'billed' }, 'must be equal to one of the allowed values'],
    ['a time is not a time', { time: 'noon' }, 'must match format'],
  ])('refuses a notice in which %s', (_what, wrong, problem) => {
    const detail = { ...aMeteringRejected(aSealedRecord().hourKey), ...wrong };
    expect(new NoticeValidator().problemOf(JSON.parse(JSON.stringify(detail)))).toContain(problem);
  });
});

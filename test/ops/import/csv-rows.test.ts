import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { columnsOf, readRows, toReportedEvent, type BrokenRow, type CsvRow } from '../../../ops/import/csv-rows';

const HEADER = 'id,subscriptionId,dimension,quantity,time';

async function read(text: string): Promise<{ rows: CsvRow[]; broken: BrokenRow[] }> {
  const rows: CsvRow[] = [];
  const broken: BrokenRow[] = [];
  for await (const row of readRows(Readable.from([text]), (each) => broken.push(each))) rows.push(row);
  return { rows, broken };
}

describe('the rows of a usage file', () => {
  it('reads rows with every digit and their line', async () => {
    const { rows } = await read(
      `\ufeff${HEADER}\r\n1,s-1,events,0.100000000000000001,2026-11-03T05:00:00Z\r\n\r\n2, s-1 ,events,7,x\r\n`,
    );
    expect(rows).toEqual([
      {
        line: 2,
        cells: {
          id: '1',
          subscriptionId: 's-1',
          dimension: 'events',
          quantity: '0.100000000000000001',
          time: '2026-11-03T05:00:00Z',
        },
      },
      { line: 4, cells: { id: '2', subscriptionId: 's-1', dimension: 'events', quantity: '7', time: 'x' } },
    ]);
  });

  it('skips broken rows and reports their lines', async () => {
    const { rows, broken } = await read(`${HEADER}\n1,s-1,events\n2,s-1,events,1,now\n3,s-1,events,1,now,more\n`);
    expect(rows.map(({ cells }) => cells.id)).toEqual(['2']);
    expect(broken).toMatchObject([{ line: 2 }, { line: 4 }]);
  });

  it('reads rows after an open quote as one broken row, or fails in a large file', async () => {
    const { rows, broken } = await read(`${HEADER}\n1,s-1,events,1,now\n"2,s-1,events,1,now\n3,s-1,events,1,now\n`);
    expect([rows.length, broken.length]).toEqual([1, 1]);
    const long = `${HEADER}\n"2,s-1,events,1,now\n${'3,s-1,events,1,now\n'.repeat(10_000)}`;
    await expect(read(long)).rejects.toThrow('cannot be read beyond line');
  });

  it.each([
    ['id,dimension', 'no column subscriptionId, quantity, time'],
    [`${HEADER},Tag:Department`, 'unknown column Tag:Department'],
    [`${HEADER},id`, 'repeats the column id'],
  ])('refuses a usage file with the header %p', async (header, sentence) => {
    expect(() => columnsOf(header.split(','))).toThrow(sentence);
    await expect(read(`${header}\n`)).rejects.toThrow(sentence);
  });

  it('turns a row into a plain event with the tags that have a value', () => {
    const cells = {
      id: '1',
      subscriptionId: 's',
      dimension: 'd',
      quantity: '1',
      time: 't',
      'tag:Team': 'a',
      'tag:Project': '',
    };
    expect(toReportedEvent(cells)).toEqual({
      id: '1',
      subscriptionId: 's',
      dimension: 'd',
      quantity: '1',
      time: 't',
      tags: { Team: 'a' },
    });
  });

  it('turns a row with a source into a CloudEvent', () => {
    const cells = { id: '1', source: 'billing', subscriptionId: 's', dimension: 'd', quantity: '1', time: 't' };
    expect(toReportedEvent(cells)).toMatchObject({
      specversion: '1.0',
      id: '1',
      source: 'billing',
      time: 't',
      data: { subscriptionId: 's', dimension: 'd', quantity: '1' },
    });
  });
});

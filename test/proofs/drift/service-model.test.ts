import { expect, it } from 'vitest';
import { limits, ServiceModel } from '../../../proofs/drift/service-model';

const SHAPES = {
  Request: {
    type: 'structure',
    required: ['Records'],
    members: { Records: { shape: 'RecordList' }, Filter: { shape: 'Filters' } },
  },
  RecordList: { type: 'list', member: { shape: 'Record' }, max: 25, min: 0 },
  Record: {
    type: 'structure',
    members: {
      Quantity: { shape: 'Quantity', deprecated: true, deprecatedSince: '2026-10-20' },
      Parts: { shape: 'RecordList' },
    },
  },
  Quantity: { type: 'integer', min: 0, max: 9 },
  Filters: { type: 'map', key: { shape: 'FilterName' }, value: { shape: 'Values' } },
  FilterName: { type: 'string', enum: ['B', 'A'] },
  Values: { type: 'list', member: { shape: 'Text' }, min: 1 },
  Text: { type: 'string', pattern: '^[a\\/]+$' },
  Result: { type: 'structure', members: { Status: { shape: 'FilterName' } } },
};
const model = new ServiceModel('metering', {
  metadata: { apiVersion: '2016-01-14', targetPrefix: 'Service', jsonVersion: '1.1', protocols: ['json'] },
  operations: {
    Meter: { input: { shape: 'Request' }, output: { shape: 'Result' }, errors: [{ shape: 'Z' }, { shape: 'E' }] },
  },
  shapes: SHAPES,
});

it('lists every member of an operation by its path, with its limits, and ends at a shape within itself', () => {
  expect(model.operation('Meter')).toEqual({
    service: 'metering',
    inputShape: 'Request',
    outputShape: 'Result',
    errors: ['E', 'Z'],
    input: {
      Records: { type: 'list', required: true, max: 25 },
      'Records[].Quantity': { type: 'integer', max: 9, deprecatedSince: '2026-10-20' },
      'Records[].Parts': { type: 'list', max: 25 },
      Filter: { type: 'map' },
      'Filter.B': { type: 'list', min: 1 },
      'Filter.A': { type: 'list', min: 1 },
    },
    output: { Status: { type: 'string', values: ['A', 'B'] } },
  });
});

it('has no facts of an unknown operation', () => {
  expect(model.operation('None')).toBeUndefined();
});

it('refuses what is no service model', () => {
  expect(() => new ServiceModel('metering', { operations: {} })).toThrow('metadata');
});

it.each([
  [{ pattern: '^[a-z]+$' }, { pattern: '[a-z]+' }],
  [{ pattern: '[a\\/]' }, { pattern: '[a/]' }],
  [{ pattern: '[\\s\\S]+' }, { min: 1 }],
  [{ pattern: '[\\s\\S]*', min: 0, max: 5 }, { max: 5 }],
])('writes limits that say the same in one form: %j', (given, expected) => {
  expect(limits(given)).toEqual(expected);
});

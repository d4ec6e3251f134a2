import { describe, expect, it } from 'vitest';
import Big from 'big.js';
import { columnsOf } from '../../../ops/output/wrap';
import { readConfigurationFile } from '../../../ops/installation/configuration';
import { billTable } from '../../../proofs/demo/bill';
import { DEMO_BUYERS } from '../../../proofs/demo/scenario';
import { EXAMPLE_CONFIGURATION } from '../../../proofs/example-configuration';

const amount = new Big('12345.6');

describe('the demo', () => {
  it('shows its bill in 80 columns, and everything in 200', () => {
    const rows = DEMO_BUYERS.map(({ company }) => ({
      company,
      dimension: 'compute_hours',
      used: amount,
      billed: amount,
      covered: new Big(0),
      carried: new Big(0),
      records: 1234,
      calls: 123,
      exact: true,
    }));
    const widest = (width: number) => Math.max(...billTable(rows)(width).split('\n').map(columnsOf));
    expect(widest(80)).toBeLessThanOrEqual(80);
    expect(billTable(rows)(80)).toContain('exact');
    expect(billTable(rows)(200)).toContain('1234');
  });

  it('has a configuration that sells what its buyers use, whatever the seller configures', () => {
    const { products } = readConfigurationFile(EXAMPLE_CONFIGURATION);
    for (const { uses, contract } of DEMO_BUYERS) {
      const product = products.find(
        ({ pricingModel }) => pricingModel === (contract ? 'contractWithConsumption' : 'subscription'),
      );
      const names = product?.dimensions.map(({ apiName }) => apiName);
      expect(names).toEqual(expect.arrayContaining(uses.map(({ dimension }) => dimension)));
    }
  });
});

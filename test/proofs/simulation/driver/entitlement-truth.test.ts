import { describe, expect, it } from 'vitest';
import { EntitlementTruth, textOf } from '../../../../proofs/simulation/driver/entitlement-truth';

const given = (amount: number) => [{ dimension: 'd0', value: { IntegerValue: amount } }];

/** Active from 100 to 900; 20 from the purchase on, 300 from 500 on. */
function between(fromMs: number, untilMs: number): string[] {
  const truth = new EntitlementTruth();
  truth.agree('arn', given(20), 50);
  truth.agree('arn', given(300), 500);
  return truth.between({ licenseArn: 'arn', activatedAtMs: 100, endedAtMs: 900 }, fromMs, untilMs).map(textOf);
}

describe('the entitlements of a contract over time', () => {
  it.each([
    [60, 90, ['']],
    [200, 300, ['d0=20']],
    [400, 600, ['d0=20', 'd0=300']],
    [600, 700, ['d0=300']],
    [800, 950, ['', 'd0=300']],
  ])('from %d to %d ms, the entitlements are %j', (fromMs, untilMs, expected) => {
    expect(between(fromMs, untilMs)).toEqual(expected);
  });
});

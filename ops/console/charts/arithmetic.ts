import { ZERO, type Decimal } from '../../../lambdas/shared/domain/decimal';
import type { HourFields } from '../../../lambdas/shared/domain/hourly-usage';
import { decimalText } from '../../../lambdas/shared/domain/decimal';
import { termsOf } from '../../terms';
import { COLOURS, type Drawing, type Size } from './draw';

/** A part of what went into an hour, or of what became of it. */
export interface Part {
  row: 'in' | 'out';
  name: string;
  colour: string;
  quantity: Decimal;
}

/** Both rows have the same sum: used + carried in = everything that became of it. */
export function arithmeticOf({ hour, used }: { hour: HourFields; used: Decimal }): Part[] {
  const { carriedIn = ZERO, carriedOut = ZERO, carriedQuantity = ZERO } = hour;
  const terms = termsOf({ ...hour, used });
  const parts: Part[] = [
    { row: 'in', name: 'used', colour: COLOURS.used, quantity: used },
    { row: 'in', name: 'carried in', colour: COLOURS.carried, quantity: carriedIn },
    { row: 'out', name: 'covered', colour: COLOURS.covered, quantity: terms.covered },
    { row: 'out', name: 'withheld', colour: COLOURS.carried, quantity: terms.withheld },
    { row: 'out', name: 'billed', colour: COLOURS.billed, quantity: terms.billed },
    { row: 'out', name: 'waiting', colour: COLOURS.waiting, quantity: terms.open.plus(terms.sealed) },
    { row: 'out', name: 'rejected', colour: COLOURS.lost, quantity: terms.rejected },
    { row: 'out', name: 'expired', colour: COLOURS.lost, quantity: terms.expired },
    { row: 'out', name: 'unconfirmed', colour: COLOURS.lost, quantity: terms.unconfirmed },
    { row: 'out', name: 'carried over', colour: COLOURS.carried, quantity: carriedOut.plus(carriedQuantity) },
  ];
  return parts.filter(({ quantity }) => quantity.gt(0));
}

export const ARITHMETIC_SIZE: Size = { width: 400, height: 150 };
/** A narrower part has its name in the table only. */
const LEAST_SHARE = 0.24;

/** Two bars of one length. Numbers are rounded for drawing only. */
export function arithmeticDrawing(parts: readonly Part[]): Drawing {
  const placed = (['in', 'out'] as const).flatMap((row) => {
    let from = 0;
    return parts
      .filter((part) => part.row === row)
      .map((part) => {
        const start = from;
        from += part.quantity.toNumber();
        return { ...part, row: row === 'in' ? 'went in' : 'came out', from: start, to: from };
      });
  });
  const whole = Math.max(...placed.map(({ to }) => to), 0);
  const wide = placed.filter(({ from, to }) => whole > 0 && (to - from) / whole >= LEAST_SHARE);
  return {
    ...ARITHMETIC_SIZE,
    options: (plot) => ({
      marginLeft: 75,
      x: { label: null, ticks: 5 },
      y: { label: null, domain: ['went in', 'came out'], padding: 0.15 },
      marks: [
        plot.barX(placed, { x1: 'from', x2: 'to', y: 'row', fill: 'colour', insetLeft: 1, insetRight: 1 }),
        plot.text(wide, {
          x: ({ from, to }: { from: number; to: number }) => (from + to) / 2,
          y: 'row',
          fill: 'white',
          stroke: '#111',
          strokeWidth: 2.5,
          text: ({ name, quantity }: Part) => `${name}\n${decimalText(quantity)}`,
        }),
      ],
    }),
  };
}

import * as z from 'zod';
import { LATEST_MS } from './clock';
import { productFields, shownName } from './products';
import { FAULT_KINDS, OPERATIONS } from './rules/faults';
import { LICENSE_ARN_SHAPES } from './rules/license-arn';

/** The parts that the control API and a start file share. Every rule comes with the sentence that explains it. */

/** An object with these fields and no others. */
export function exactly<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `it has no field ${quoted(issue.keys, 'or')}. Its fields are ${quoted(Object.keys(shape), 'and')}`
        : undefined,
  });
}

function quoted(names: readonly string[], word: string): string {
  const texts = names.map((name) => JSON.stringify(name));
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} ${word} ${texts.at(-1)}`;
}

export const url = z.url({ error: 'give a URL such as "http://127.0.0.1:3000/register"' });

export const accountId = z.string().regex(/^\d{12}$/, 'give an AWS account id of twelve digits');

const TIME = { error: 'give a time such as "2026-11-30T23:00:00Z", or milliseconds since 1970' };
/** ISO 8601 or epoch milliseconds in, epoch milliseconds out. */
export const time = z
  .union([z.iso.datetime({ offset: true, ...TIME }), z.int(TIME)], TIME)
  .transform((value) => new Date(value).getTime())
  .pipe(z.number(TIME).min(0, TIME).max(LATEST_MS, TIME));

/** At most a hundred years, so that a time and a few spans stay what a date can be. */
export const days = z.number().min(0).max(36_525);
export const seconds = z
  .number()
  .min(0)
  .max(36_525 * 86_400);

const value = z.union(
  [
    exactly({ IntegerValue: z.int() }),
    exactly({ DoubleValue: z.number() }),
    exactly({ BooleanValue: z.boolean() }),
    exactly({ StringValue: z.string() }),
  ],
  { error: 'give one of {"IntegerValue":5}, {"DoubleValue":0.5}, {"BooleanValue":true} and {"StringValue":"gold"}' },
);
export const entitlements = z.array(exactly({ dimension: z.string(), value }));

export const licenseArnShape = z.enum(LICENSE_ARN_SHAPES);

export const newProduct = exactly({
  ...productFields,
  pricingModel: productFields.pricingModel.default('subscription'),
  dimensions: z.array(shownName.max(255)).min(1),
});

const share = z.number().min(0).max(1);
export const fault = exactly({
  kind: z.enum(FAULT_KINDS),
  operation: z.enum(OPERATIONS).optional(),
  next: z.int().min(1).optional(),
  rate: share.optional(),
  fraction: share.optional(),
}).refine(({ next, rate }) => (next === undefined) !== (rate === undefined), { error: 'give either next or rate' });

export const delivery = exactly({
  duplicate: share.optional(),
  reorder: share.optional(),
  delayNextSeconds: seconds.optional(),
});

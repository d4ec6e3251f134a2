import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { seconds } from '../inputs';
import { PARTS } from '../pages/shell';
import { DECIMALS } from '../rules/context';
import { FAULT_KINDS, OPERATIONS } from '../rules/faults';
import type { Simulator } from './simulator';

const SECONDS = { minutes: 60, hours: 3600, days: 86_400 } as const;

/** An empty field counts as absent. */
const optional = (text: unknown) => (text === '' ? undefined : text);
const percent = z.coerce
  .number({ error: 'Enter percent as a number.' })
  .min(0, 'Enter at least 0 percent.')
  .max(100, 'Enter at most 100 percent.')
  .transform((share) => share / 100);

const delivery = z.object({
  duplicate: percent,
  reorder: percent,
  delayNextSeconds: z.coerce.number({ error: 'Enter seconds as a number.' }).pipe(seconds),
});
const decimalsForm = z.object({ decimals: z.enum(DECIMALS) });
const advance = z.object({
  amount: z.coerce.number({ error: 'Enter how far as a number.' }).positive('Enter how far as a number above 0.'),
  unit: z.enum(['minutes', 'hours', 'days']),
});
const setting = z.object({
  now: z
    .string({ error: 'Enter a time.' })
    .transform((text) => Date.parse(`${text}Z`))
    .pipe(z.number({ error: 'Enter a time such as 2026-11-30T23:00.' })),
});
const fault = z
  .object({
    kind: z.enum(FAULT_KINDS),
    operation: z.preprocess(optional, z.enum(OPERATIONS).optional()),
    next: z.preprocess(optional, z.coerce.number().int().min(1, 'Enter at least 1 call.').optional()),
    rate: z.preprocess(optional, percent.optional()),
    fraction: z.preprocess(optional, percent.optional()),
  })
  .refine(({ next, rate }) => (next === undefined) !== (rate === undefined), {
    message: 'Enter either a number of calls or a probability.',
  });

/** The forms of "Faults and clock". Each leads back to the page. */
export function serveControlForms(app: FastifyInstance, { marketplace, clock }: Simulator): void {
  const serve = (path: string, apply: (body: unknown) => void, anchor = '') =>
    app.post(`${PARTS.controls}${path}`, (request, reply) => {
      apply(request.body ?? {});
      return reply.redirect(`${PARTS.controls}${anchor}`, 303);
    });
  serve('/clock', (body) => {
    clock.set(setting.parse(body).now);
    marketplace.runDue();
  });
  serve('/clock/advance', (body) => {
    const { amount, unit } = advance.parse(body);
    clock.advance(amount * SECONDS[unit] * 1000);
    marketplace.runDue();
  });
  serve('/faults', (body) => marketplace.plantFault(fault.parse(body)));
  serve('/faults/clear', () => marketplace.clearFaults());
  serve('/decimals', (body) => marketplace.setDecimals(decimalsForm.parse(body).decimals));
  serve('/delivery', (body) => marketplace.setDelivery(delivery.parse(body)), '#delivery');
  serve('/delivery/release', () => marketplace.releaseEvents(), '#delivery');
}

import * as z from 'zod';
import { getForm, type Field } from '../../web/forms';
import type { Html } from '../../web/html';
import type { Marketplace } from '../marketplace';
import { OPERATIONS } from '../rules/faults';

export const OUTCOMES = ['answered', 'notBilled', 'refused', 'dropped'] as const;
const DELIVERIES = ['sent', 'held'] as const;
const STATUSES = ['ACTIVE', 'CANCELLED', 'EXPIRED', 'TERMINATED', 'RENEWED', 'REPLACED'] as const;

/** One value of the address; an empty one, as forms send it, counts as absent. */
const one = z
  .union([z.string(), z.array(z.string()).transform((all) => all.at(-1) ?? '')])
  .transform((text) => (text.trim() === '' ? undefined : text.trim()))
  .optional();
const choiceOf = <const Choices extends readonly string[]>(choices: Choices) => one.pipe(z.enum(choices).optional());

export const filterSchema = z.object({
  account: one.pipe(
    z
      .string()
      .regex(/^\d{12}$/, 'Enter an AWS account id of twelve digits.')
      .optional(),
  ),
  product: one,
  month: one.pipe(
    z
      .string()
      .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'Enter the month as year and month, such as 2026-11.')
      .optional(),
  ),
  operation: choiceOf(OPERATIONS),
  outcome: choiceOf(OUTCOMES),
  delivery: choiceOf(DELIVERIES),
  status: choiceOf(STATUSES),
  page: one
    .transform((text = '1') => Number(text))
    .pipe(z.number({ error: 'Enter the page as a number.' }).int().min(1)),
});
export type Filter = z.output<typeof filterSchema>;

const choice = (
  { name, label, value }: { name: string; label: string; value?: string },
  options: readonly (readonly [value: string, text: string])[],
): Field => ({ name, label, value, options: [['', 'Any'], ...options] });

/** The fields that every list has, and those of one list. */
export function filterForm(
  marketplace: Marketplace,
  filter: Filter,
  { action, month, more = [] }: { action: string; month: string; more?: readonly Field[] },
): Html {
  const products = marketplace.products().map(({ productCode, name }) => [productCode, name] as const);
  return getForm({
    label: 'Filter',
    action,
    button: 'Filter',
    fields: [
      { name: 'account', label: 'CustomerAWSAccountId', value: filter.account, attributes: { inputmode: 'numeric' } },
      choice({ name: 'product', label: 'Product', value: filter.product }, products),
      { name: 'month', label: month, value: filter.month, type: 'month' },
      ...more,
    ],
  });
}

const same = (values: readonly string[]) => values.map((value) => [value, value] as const);

export const operationField = ({ operation: value }: Filter): Field =>
  choice({ name: 'operation', label: 'Operation', value }, same(OPERATIONS));
export const outcomeField = ({ outcome: value }: Filter): Field =>
  choice({ name: 'outcome', label: 'Outcome', value }, [
    ['answered', 'Answered'],
    ['notBilled', 'Answered, not every record billed'],
    ['refused', 'Refused'],
    ['dropped', 'No response'],
  ]);
export const deliveryField = ({ delivery: value }: Filter): Field =>
  choice({ name: 'delivery', label: 'Delivery', value }, [
    ['sent', 'Sent'],
    ['held', 'Held'],
  ]);
export const statusField = ({ status: value }: Filter): Field =>
  choice({ name: 'status', label: 'Status', value }, same(STATUSES));

/** Whether text of a request, an answer or an event is about the filter's account and product. */
export function aboutFilter(marketplace: Marketplace, { account, product }: Filter): (value: unknown) => boolean {
  const agreements = marketplace.agreements();
  const tokens = marketplace.tokens();
  const names = (isMeant: (agreement: { accountId: string; productCode: string }) => boolean) =>
    agreements
      .filter(isMeant)
      .flatMap(({ agreementId, licenseArn }) => [
        agreementId,
        licenseArn,
        ...tokens.filter((token) => token.agreementId === agreementId).map(({ token }) => token),
      ]);
  const wanted: ReadonlySet<unknown>[] = [];
  if (account !== undefined) {
    const buyer = marketplace.buyers().find(({ accountId }) => accountId === account);
    wanted.push(
      new Set([account, buyer?.customerIdentifier ?? account, ...names(({ accountId }) => accountId === account)]),
    );
  }
  if (product !== undefined) {
    const productId = marketplace.products().find(({ productCode }) => productCode === product)?.productId;
    wanted.push(new Set([product, productId ?? product, ...names(({ productCode }) => productCode === product)]));
  }
  return (value) => wanted.every((words) => mentions(value, words));
}

/** Whether one of the words stands anywhere in the value, as a whole text. */
function mentions(value: unknown, words: ReadonlySet<unknown>): boolean {
  if (typeof value !== 'object' || value === null) return words.has(value);
  return Object.values(value).some((member) => mentions(member, words));
}

export const isInMonth = (time: number | string, { month }: Filter): boolean =>
  month === undefined || new Date(time).toISOString().startsWith(month);

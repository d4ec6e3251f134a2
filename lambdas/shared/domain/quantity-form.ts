import type { Product, QuantityForm } from '../contract/seller-configuration';
import { decimal, decimalText, roundDown, type Decimal } from './decimal';
import { MAX_DECIMAL_QUANTITY, MAX_WHOLE_QUANTITY, QUANTITY_PLACES, QUANTITY_TEXT } from './marketplace-limits';

/** AWS takes a quantity as decimal text or, deprecated, as a whole number. A record keeps the form it was sealed in. */
const RULES: Readonly<Record<QuantityForm, { places: number; largest: Decimal }>> = {
  decimal: { places: QUANTITY_PLACES, largest: decimal(MAX_DECIMAL_QUANTITY) },
  whole: { places: 0, largest: decimal(MAX_WHOLE_QUANTITY) },
};

const DEFAULT_FORM: QuantityForm = 'decimal';

/** The form in which the configuration sends a dimension's usage. */
export function quantityFormOf(product: Product | undefined, dimension: string): QuantityForm {
  return product?.dimensions.find(({ apiName }) => apiName === dimension)?.quantities ?? DEFAULT_FORM;
}

/** The largest quantity of the form that is not above `amount`: the rest stays in the Balance. */
export function sendablePart(amount: Decimal, form: QuantityForm): Decimal {
  const { places, largest } = RULES[form];
  const part = roundDown(amount, places);
  return part.gt(largest) ? largest : part;
}

/** A quantity in steps of the form: millionths, or units. @throws RangeError when it is no multiple of the step. */
export function toSteps(quantity: Decimal, form: QuantityForm): bigint {
  const { places } = RULES[form];
  if (!roundDown(quantity, places).eq(quantity)) throw notInForm(quantity, form);
  return BigInt(quantity.times(decimal(10).pow(places)).toFixed(0));
}

export function fromSteps(steps: bigint, form: QuantityForm): Decimal {
  return decimal(steps).times(decimal(10).pow(-RULES[form].places));
}

/**
 * The only text of a quantity in a record: `0`, `17`, `15.8`, `0.000001`.
 * @throws RangeError when AWS would not accept it in this form.
 */
export function quantityText(quantity: Decimal, form: QuantityForm): string {
  const text = decimalText(quantity);
  if (!isQuantityText(text, form)) throw notInForm(quantity, form);
  return text;
}

/** Whether AWS accepts the text in this form. */
export function isQuantityText(text: string, form: QuantityForm): boolean {
  if (!QUANTITY_TEXT.test(text)) return false;
  const quantity = decimal(text);
  return sendablePart(quantity, form).eq(quantity);
}

function notInForm(quantity: Decimal, form: QuantityForm): RangeError {
  return new RangeError(`${decimalText(quantity)} is no quantity of the form ${form}.`);
}

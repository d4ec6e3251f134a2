import type { Order } from '../../simulator';
import { EXAMPLE_CONFIGURATION } from '../example-configuration';
import type { Buyer } from '../actors/buyer';
import type { RunningStack } from '../actors/running-stack';
import { DEMO_START_MS, HOUR_MS, plan, type DemoBuyer, type PlannedEvent } from './scenario';

/** A buyer of the scenario who has subscribed and registered. */
export interface Customer {
  scenario: DemoBuyer;
  buyer: Buyer;
  subscriptionId: string;
  events: readonly PlannedEvent[];
}

const YEAR_MS = 365 * 24 * HOUR_MS;

export async function registerCustomer(scenario: DemoBuyer, running: RunningStack): Promise<Customer> {
  const { company, email } = scenario;
  const buyer = running.subscribe(orderOf(scenario, running));
  const contact = { company, email, name: email.split('@')[0] ?? '' };
  return { scenario, buyer, subscriptionId: await running.register(buyer, contact), events: plan(scenario) };
}

function orderOf({ contract }: DemoBuyer, { marketplace }: RunningStack): Order {
  const pricingModel = contract ? 'contractWithConsumption' : 'subscription';
  const product = marketplace.products().find((each) => each.pricingModel === pricingModel);
  if (product === undefined)
    throw new Error(`Add a product with the pricing model ${pricingModel} to ${EXAMPLE_CONFIGURATION}.`);
  const { productCode } = product;
  if (contract === undefined) return { productCode };
  const entitlements = [{ dimension: contract.entitlement, value: { IntegerValue: contract.units } }];
  return { productCode, entitlements, endsAtMs: DEMO_START_MS + YEAR_MS };
}

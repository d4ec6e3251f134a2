import type { Context, MarketplaceOptions } from './context';
import type { Delivery, DeliverySettings, Holding } from './delivery';
import type { Fault } from './faults';
import { required } from './required';
import {
  deduplicationKey,
  type Agreement,
  type BilledRecord,
  type Buyer,
  type CallRecord,
  type EventBridgeEvent,
  type Offer,
  type Product,
  type RegistrationToken,
  type SnsNotification,
} from './state';

/** Where a held message stands in its list. */
interface HeldMessage extends Holding {
  list: 'events' | 'notifications';
  index: number;
}

/** Everything that the rules know, as plain data. The calls' requests and answers are not in it. */
export interface MarketplaceSnapshot {
  /** Where the two generators stand. */
  random: number;
  deliveryRandom: number;
  options: MarketplaceOptions;
  products: Product[];
  offers: Offer[];
  buyers: Buyer[];
  agreements: Agreement[];
  tokens: RegistrationToken[];
  billed: BilledRecord[];
  calls: CallRecord[];
  /** With the times at which each was sent. */
  events: { event: EventBridgeEvent; sentAtMs: number[] }[];
  notifications: { notification: SnsNotification; sentAtMs: number[] }[];
  faults: Fault[];
  delivery: DeliverySettings;
  held: HeldMessage[];
}

interface Parts {
  context: Context;
  delivery: Delivery;
}

export function takeSnapshot({ context, delivery }: Parts): Omit<MarketplaceSnapshot, 'random' | 'deliveryRandom'> {
  const { state, options, faults } = context;
  const { held: _count, ...settings } = delivery.state;
  const sentAtMs = (message: object) => [...delivery.of(message).sentAtMs];
  return {
    options,
    products: [...state.products.values()],
    offers: [...state.offers.values()],
    buyers: [...state.buyers.values()],
    agreements: [...state.agreements.values()],
    tokens: [...state.tokens.values()],
    billed: [...state.billed.values()],
    calls: state.calls,
    events: state.events.map((event) => ({ event, sentAtMs: sentAtMs(event) })),
    notifications: state.notifications.map((notification) => ({ notification, sentAtMs: sentAtMs(notification) })),
    faults: [...faults.list()],
    delivery: settings,
    held: delivery.held.map(({ message, dueAtMs, isOvertaken }) => {
      const index = state.events.findIndex((event) => event === message);
      if (index >= 0) return { list: 'events', index, dueAtMs, isOvertaken };
      const among = state.notifications.findIndex((notification) => notification === message);
      return { list: 'notifications', index: among, dueAtMs, isOvertaken };
    }),
  };
}

/** Fills a new marketplace with what another one knew. @throws SetupError when a part names one that is missing. */
export function restoreSnapshot(
  { context, delivery }: Parts,
  snapshot: MarketplaceSnapshot,
  transport: { publish(event: EventBridgeEvent): void; notify(notification: SnsNotification): void },
): void {
  const { state } = context;
  for (const product of snapshot.products) state.products.set(product.productCode, product);
  for (const offer of snapshot.offers) {
    required(state.products, offer.productCode, 'product');
    state.offers.set(offer.offerId, offer);
  }
  for (const buyer of snapshot.buyers) state.buyers.set(buyer.accountId, buyer);
  for (const agreement of snapshot.agreements) {
    required(state.offers, agreement.offerId, 'offer');
    required(state.buyers, agreement.accountId, 'buyer');
    state.agreements.set(agreement.agreementId, agreement);
    // The last agreement of a license is its current one.
    state.licenses.set(agreement.licenseArn, agreement);
  }
  for (const token of snapshot.tokens) {
    required(state.agreements, token.agreementId, 'agreement');
    state.tokens.set(token.token, token);
  }
  for (const record of snapshot.billed) state.billed.set(deduplicationKey(record), record);
  for (const call of snapshot.calls) state.calls.push(call);
  for (const { event } of snapshot.events) state.events.push(event);
  for (const { notification } of snapshot.notifications) state.notifications.push(notification);
  for (const fault of snapshot.faults) context.faults.plant(fault);
  delivery.set(snapshot.delivery);
  delivery.restore({
    sent: [
      ...snapshot.events.map(({ event, sentAtMs }) => [event, sentAtMs] as const),
      ...snapshot.notifications.map(({ notification, sentAtMs }) => [notification, sentAtMs] as const),
    ],
    held: snapshot.held.map(({ list, index, ...holding }) => {
      const [event, notification] = [state.events[index], state.notifications[index]];
      if (list === 'events' && event) return { ...holding, message: event, transport: () => transport.publish(event) };
      if (list === 'notifications' && notification)
        return { ...holding, message: notification, transport: () => transport.notify(notification) };
      throw new Error(`There is no message ${index} in ${list}.`);
    }),
  });
}

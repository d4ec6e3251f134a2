import * as z from 'zod';
import { postForm } from '../../web/forms';
import { html, type Html } from '../../web/html';
import { badge, card, definitions, link, table } from '../../web/parts';
import type { MessageDelivery } from '../rules/delivery';
import { SetupError } from '../rules/required';
import type { EventBridgeEvent, SnsNotification } from '../rules/state';
import type { Simulator } from '../wire/simulator';
import { aboutFilter, deliveryField, filterForm, isInMonth, type Filter } from './filters';
import { paged } from './paging';
import { PARTS, type View } from './shell';
import { agreementLink, json, utcTime, when } from './words';

/** An SNS notification has neither an id nor a time, so that only the newest are of use. */
const SHOWN_NOTIFICATIONS = 100;

/** The events and notifications of AWS Marketplace, sent and held, newest first. */
export function eventsPage(simulator: Simulator, filter: Filter): View {
  const { marketplace } = simulator;
  const isAbout = aboutFilter(marketplace, filter);
  const isDelivered = (message: EventBridgeEvent | SnsNotification) => {
    if (filter.delivery === undefined) return true;
    return (filter.delivery === 'held') === marketplace.deliveryOf(message).held.length > 0;
  };
  const wanted = marketplace
    .events()
    .filter((event) => isDelivered(event) && isInMonth(event.time, filter) && isAbout(event))
    .toReversed();
  const notifications = marketplace
    .notifications()
    .filter((notification) => isDelivered(notification) && isAbout(JSON.parse(notification.message)))
    .toReversed();
  const { items, pager } = paged(wanted, filter, { path: PARTS.events, noun: 'event' });
  return {
    title: 'Events',
    part: PARTS.events,
    isLive: true,
    reloadsWithoutScript: true,
    content: html`${destination(simulator)}
    ${card(
      'EventBridge',
      filterForm(marketplace, filter, {
        action: PARTS.events,
        month: 'Month of the event',
        more: [deliveryField(filter)],
      }),
      table({
        caption: 'Newest first. Open an event to see it as EventBridge delivers it.',
        columns: ['Time', 'detail-type', 'Agreement', 'Delivery'],
        rows: items.map((event) => [
          when(event.time),
          link(`${PARTS.events}/${event.id}`, event['detail-type']),
          agreementOf(event),
          deliveryText(marketplace.deliveryOf(event)),
        ]),
        nothing: 'No event fits.',
      }),
      pager,
    )}
    ${
      marketplace.products().some(({ identityMode }) => identityMode === 'legacy')
        ? notificationsCard(simulator, notifications)
        : undefined
    }`,
  };
}

function destination({ marketplace, settings, failures }: Simulator) {
  const { held } = marketplace.delivery();
  const release = postForm({ action: '/controls/delivery/release', button: 'Deliver held events' });
  return card(
    'Delivery',
    definitions([
      ['Sent to', settings.eventBridgeEndpoint ?? 'nobody: no EventBridge endpoint is set'],
      ['Held events', html`${held} ${held === 0 ? undefined : release}`],
    ]),
    html`<p>${link(`${PARTS.controls}#delivery`, 'Duplicate, reorder or delay events')}</p>`,
    failures.length === 0
      ? undefined
      : table({
          caption: 'Could not be delivered, newest first.',
          columns: ['Time', 'Why'],
          rows: failures.toReversed().map(({ atMs, message }) => [when(atMs), message]),
          isMarked: () => true,
        }),
  );
}

function notificationsCard({ marketplace }: Simulator, notifications: readonly SnsNotification[]): Html {
  return card(
    'Amazon SNS, for legacy products',
    table({
      caption: `The last ${SHOWN_NOTIFICATIONS} at most, newest first.`,
      columns: ['Topic', 'Message', 'Delivery'],
      rows: notifications
        .slice(0, SHOWN_NOTIFICATIONS)
        .map((notification) => [
          notification.topicArn,
          html`<code>${notification.message}</code>`,
          deliveryText(marketplace.deliveryOf(notification)),
        ]),
    }),
  );
}

const detail = z.object({ agreement: z.object({ id: z.string() }) });

function agreementOf(event: EventBridgeEvent) {
  const parsed = detail.safeParse(event.detail);
  return parsed.success ? agreementLink(parsed.data.agreement.id) : undefined;
}

function deliveryText({ sentAtMs, held }: MessageDelivery): Html {
  const waits = held.map(({ dueAtMs, isOvertaken }) =>
    badge(`held until ${isOvertaken ? 'another event or ' : ''}${utcTime(dueAtMs)}`, 'warn'),
  );
  const times = sentAtMs.length > 1 ? ` ${sentAtMs.length} times` : '';
  return html`${sentAtMs.length > 0 ? badge(`sent${times}`, 'good') : undefined} ${waits}`;
}

export function eventPage({ marketplace }: Simulator, id: string): View {
  const event = marketplace.events().find((each) => each.id === id);
  if (event === undefined) throw new SetupError(404, `There is no event ${id}.`);
  const delivery = marketplace.deliveryOf(event);
  return {
    title: event['detail-type'],
    part: PARTS.events,
    isLive: true,
    content: html`${card(
        'Delivery',
        definitions([
          ['Time', utcTime(event.time)],
          ['Agreement', agreementOf(event)],
          ['State', deliveryText(delivery)],
          ['Sent at', delivery.sentAtMs.map(utcTime).join(', ')],
        ]),
      )}
      ${card('As EventBridge delivers it', json(event))}
      <p class="crumbs">${link(PARTS.events, 'All events')}</p>`,
  };
}

import { SimulatedClock } from './clock';
import { CloudTrail } from './cloud-trail/cloud-trail';
import { Marketplace } from './marketplace';
import type { StartMarketplaceOptions } from './options';
import { publishedProduct } from './products';
import { SELLER_ACCOUNT_ID } from './rules/context';
import { applyStart, optionsOf } from './start-file/apply-start';
import { parseStart } from './start-file/read-start';
import type { Start } from './start-file/start-schema';
import type { SavedState } from './state-file/state-schema';
import { eventBridgePublisher } from './wire/event-bridge';
import type { DeliveryFailure, Simulator } from './wire/simulator';
import { snsPublisher } from './wire/sns';

/** How many calls the pages show with request and answer. */
const KEPT_CALLS = 500;
/** How many undelivered messages the pages show. */
const KEPT_FAILURES = 20;

export interface Assembled {
  simulator: Simulator;
  trail: CloudTrail;
  /** Resolves when every event and notification so far has been delivered or has failed. */
  settled(): Promise<void>;
  /** Is called after something may have changed. */
  onChange: { changed(): void };
  onFailure(message: string): void;
}

/** The rules, their clock and what carries their events, without HTTP. @param saved - what it continues */
export function assemble(given: StartMarketplaceOptions, saved?: SavedState): Assembled {
  const start = given.start === undefined || saved ? undefined : parseStart(given.start, 'the start');
  const clock = given.clock ?? clockOf(start, saved);
  if (saved) clock.restore(saved.clock);
  const onChange = { changed: () => undefined };
  const failures: DeliveryFailure[] = [];
  const onFailure = (message: string) => {
    failures.push({ atMs: clock.now(), message });
    if (failures.length > KEPT_FAILURES) failures.shift();
    given.onFailure?.(message);
  };
  const settings: Simulator['settings'] = {
    registrationUrl: given.registrationUrl ?? saved?.settings.registrationUrl ?? start?.registrationUrl,
    eventBridgeEndpoint: given.eventBridgeEndpoint ?? saved?.settings.eventBridgeEndpoint,
  };
  const { eventBridgeEndpoint } = settings;
  const events = eventBridgePublisher({ endpoint: eventBridgeEndpoint, onFailure });
  const notifications = snsPublisher({ endpoint: given.snsEndpoint ?? eventBridgeEndpoint, onFailure });
  const options = { ...(start && optionsOf(start)), ...given.options };
  const accountId = saved?.marketplace.options.sellerAccountId ?? options.sellerAccountId ?? SELLER_ACCOUNT_ID;
  const trail = new CloudTrail({ accountId, folder: given.cloudTrailFolder, onFailure });
  const marketplace = new Marketplace({
    clock,
    seed: given.seed ?? start?.seed,
    options,
    saved: saved?.marketplace,
    keptCalls: KEPT_CALLS,
    publish: (event) => {
      events.publish(event);
      onChange.changed();
    },
    notify: (notification) => {
      notifications.publish(notification);
      onChange.changed();
    },
    onCall: (call) => {
      trail.add(call);
      onChange.changed();
    },
  });
  if (!saved) addProducts(marketplace, given);
  if (start) applyStart({ marketplace, clock }, start);
  const simulator: Simulator = {
    marketplace,
    clock,
    settings,
    failures,
    trail,
    setRegistrationUrl: (url) => (settings.registrationUrl = url),
    setEventBridgeEndpoint: (endpoint) => {
      settings.eventBridgeEndpoint = endpoint;
      events.setEndpoint(endpoint);
      if (given.snsEndpoint === undefined) notifications.setEndpoint(endpoint);
    },
  };
  const settled = async () => {
    await Promise.all([events.settled(), notifications.settled()]);
  };
  return { simulator, trail, settled, onChange, onFailure };
}

function clockOf(start: Start | undefined, saved: SavedState | undefined): SimulatedClock {
  const stands = saved ? !saved.clock.runs : start?.clockStands === true;
  const clock = new SimulatedClock(stands ? { standsAtMs: Date.now() } : {});
  if (start?.clock !== undefined) clock.set(start.clock);
  return clock;
}

function addProducts(marketplace: Marketplace, { products = [] }: StartMarketplaceOptions): void {
  for (const product of products) marketplace.addProduct(publishedProduct(product));
}

import { expect, it } from 'vitest';
import { Delivery, type DeliverySettings } from '../../../simulator/rules/delivery';
import { seededRandom } from '../../../simulator/rules/random';
import { StoppedClock } from '../a-marketplace';

function given(settings: Partial<DeliverySettings> = {}, seed = 1) {
  const clock = new StoppedClock('2026-11-15T12:00:00Z');
  const delivery = new Delivery(seededRandom(seed), clock);
  delivery.set(settings);
  const arrived: string[] = [];
  const send = (...names: string[]) => names.forEach((name) => delivery.deliver({ name }, () => arrived.push(name)));
  return { clock, delivery, arrived, send };
}

it('delivers events once, immediately and in order by default', () => {
  const { send, arrived, delivery } = given();
  send('a', 'b', 'c');
  expect([arrived, delivery.state.held]).toEqual([['a', 'b', 'c'], 0]);
});

it('delivers a duplicate event again after the next event', () => {
  const { send, arrived, delivery } = given({ duplicate: 1 });
  send('a', 'b');
  expect(arrived).toEqual(['a', 'b', 'a']);
  delivery.release();
  expect(arrived).toEqual(['a', 'b', 'a', 'b']);
});

it('delivers a reordered event after the next event', () => {
  const { send, arrived, delivery } = given({ reorder: 1 });
  send('a');
  delivery.set({ reorder: 0 });
  send('b', 'c');
  expect(arrived).toEqual(['b', 'a', 'c']);
});

it('delays only the next event, for the given time', () => {
  const { send, arrived, delivery, clock } = given({ delayNextSeconds: 90 });
  send('a', 'b');
  clock.advance(89_000);
  delivery.runDue();
  expect(arrived).toEqual(['b']);
  clock.advance(1_000);
  delivery.runDue();
  expect(arrived).toEqual(['b', 'a']);
});

it('delivers a held event after a minute when no other event follows', () => {
  const { send, arrived, delivery, clock } = given({ reorder: 1, duplicate: 1 });
  send('a');
  clock.advance(60_000);
  delivery.runDue();
  expect([arrived, delivery.state.held]).toEqual([['a', 'a'], 0]);
});

it('delivers events in the same order for the same seed', () => {
  const played = (seed: number) => {
    const { send, arrived, delivery } = given({ duplicate: 0.4, reorder: 0.4 }, seed);
    send(...'abcdefghijklmnop');
    delivery.release();
    return arrived.join('');
  };
  expect(played(7)).toBe(played(7));
  expect(new Set([...Array.from({ length: 8 }, (_, seed) => played(seed))]).size).toBeGreaterThan(4);
  expect(new Set(played(7))).toEqual(new Set('abcdefghijklmnop'));
});

it('knows of each message when it was sent and where it waits', () => {
  const { delivery, clock } = given({ duplicate: 1 });
  const message = {};
  delivery.deliver(message, () => undefined);
  const sentAtMs = [clock.now()];
  const held = [{ dueAtMs: clock.now() + 60_000, isOvertaken: true }];
  expect(delivery.of(message)).toMatchObject({ sentAtMs, held });
  clock.advance(60_000);
  delivery.runDue();
  expect(delivery.of(message)).toEqual({ sentAtMs: [...sentAtMs, clock.now()], held: [] });
  expect(delivery.of({})).toEqual({ sentAtMs: [], held: [] });
});

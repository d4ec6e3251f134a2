import { exactText } from '../simulation/exact';
import { hourName, type Findings } from './check-balance';
import type { StoredHour } from './stored-tables';

/** Where an hour may go from a state, some steps at once: between two looks much can happen. */
const LATER: Readonly<Record<string, readonly string[]>> = {
  sealed: ['billed', 'rejected', 'expired', 'unconfirmed', 'carried'],
  rejected: ['billed'],
  unconfirmed: ['billed'],
};

/** What was seen of hours that take no more usage: it must not change ever after. */
export class FrozenHours {
  readonly #seen = new Map<string, { state: string; content: string }>();

  look(hours: readonly StoredHour[], findings: Findings): void {
    const present = new Map(hours.map((hour) => [hourName(hour), hour]));
    for (const [name, { state, content }] of this.#seen) {
      const hour = present.get(name);
      findings.require(hour !== undefined, 'frozen', () => `${name} is gone`);
      if (hour === undefined) continue;
      const now = contentOf(hour);
      findings.require(now === content, 'frozen', () => `${name} was ${content} and is ${now}`);
      const isAllowed = hour.state === state || LATER[state]?.includes(hour.state) === true;
      findings.require(isAllowed, 'transitions', () => `${name} was ${state} and is ${hour.state}`);
    }
    for (const [name, hour] of present)
      if (hour.state !== 'open') this.#seen.set(name, { state: hour.state, content: contentOf(hour) });
  }
}

function contentOf({ record, tallies, used, carriedIn, carriedOut }: StoredHour): string {
  const amounts = [used, carriedIn, carriedOut].map(exactText).join(' ');
  return `${tallies} tallies, ${amounts}, ${JSON.stringify(record) ?? 'nothing to send'}`;
}

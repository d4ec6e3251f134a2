import { exactText } from '../driver/exact';
import { hourName, type Books } from '../driver/books';
import { NEXT_STATES, type StoredHour } from '../driver/stored-items';

/** Remembers closed hours, and requires that they never change. */
export class FrozenHours {
  readonly #seen = new Map<string, { state: string; content: string }>();

  look(hours: readonly StoredHour[], books: Books): void {
    const present = new Map(hours.map((hour) => [hourName(hour), hour]));
    for (const [name, { state, content }] of this.#seen) {
      const hour = present.get(name);
      books.require(hour !== undefined, 'frozen', () => `${name} no longer exists`);
      if (hour === undefined) continue;
      const now = contentOf(hour);
      books.require(now === content, 'frozen', () => `${name} was ${content} and is ${now}`);
      // States between two looks stay unseen, but a closed hour can reach each of its later states in one step, too.
      const isAllowed = NEXT_STATES[state]?.includes(hour.state) === true;
      books.require(isAllowed, 'transitions', () => `${name} was ${state} and is ${hour.state}`);
    }
    for (const [name, hour] of present)
      if (hour.state !== 'open') this.#seen.set(name, { state: hour.state, content: contentOf(hour) });
  }
}

function contentOf({ record, tallies, used, carriedIn, carriedOut }: StoredHour): string {
  const amounts = [used, carriedIn, carriedOut].map(exactText).join(' ');
  return `${tallies} tallies, ${amounts}, ${JSON.stringify(record) ?? 'nothing to send'}`;
}

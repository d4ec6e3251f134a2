import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Buyer } from './exchange';

/** How long a buyer may take to sign in and to answer. */
const OFFER_MS = 30 * 60_000;

export interface Session {
  readonly id: string;
  /** In every form; a page of another site cannot know it. */
  readonly formToken: string;
  /** The account that is signed in. */
  readonly account?: string;
  /** The subscription that the buyer is asked about. */
  readonly offer?: { buyer: Buyer; untilMs: number };
}

/** What browsers are known by. In memory, so for one process; your application has its own. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();

  constructor(private readonly now: () => number) {}

  /** The session of a cookie. A cookie that nobody was given is no session. */
  of(cookieHeader: string | undefined): Session | undefined {
    const ids = (cookieHeader ?? '').split(/; */).flatMap((pair) => {
      const [name, value] = pair.split('=');
      return name === COOKIE && value !== undefined ? [value] : [];
    });
    const session = ids.length === 1 ? this.#sessions.get(ids[0] ?? '') : undefined;
    if (session?.offer === undefined || session.offer.untilMs > this.now()) return session;
    return this.#keep({ ...session, offer: undefined });
  }

  /** A new session under a new id, so that nobody can know the id of a session before somebody signs in to it. */
  begin(content: Pick<Session, 'account' | 'offer'>): Session {
    return this.#keep({ ...content, id: secret(), formToken: secret() });
  }

  end(session: Session | undefined): void {
    if (session !== undefined) this.#sessions.delete(session.id);
  }

  /** Asks about a subscription, in place of any other. */
  offer(session: Session | undefined, buyer: Buyer): Session {
    const content = { account: session?.account, offer: { buyer, untilMs: this.now() + OFFER_MS } };
    this.end(session);
    return this.begin(content);
  }

  /** Takes the question away: it is answered once. */
  takeOffer(session: Session): Buyer | undefined {
    this.#keep({ ...session, offer: undefined });
    return session.offer?.buyer;
  }

  #keep(session: Session): Session {
    this.#sessions.set(session.id, session);
    return session;
  }
}

/** `__Host-`: only this host can set it, over https. Lax: it comes along when AWS Marketplace sends the buyer here. */
const COOKIE = '__Host-session';

export const cookieOf = ({ id }: Session) => `${COOKIE}=${id}; Path=/; Secure; HttpOnly; SameSite=Lax`;

export function isSame(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const secret = () => randomBytes(32).toString('base64url');

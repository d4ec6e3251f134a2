import { buy, type Agreement, type Marketplace, type Order } from '../../simulator';

interface FetchInit {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  redirect?: 'manual';
}

/** The part of the global `fetch` that actors use. */
export type Fetch = (url: string, init?: FetchInit) => Promise<Response>;

export interface BuyerSurroundings {
  marketplace: Marketplace;
  /** The page that AWS Marketplace sends the buyer to. */
  registrationUrl: string;
  /** @default - the global `fetch` */
  fetch?: Fetch;
}

/** The fields of the registration form. */
export interface Contact {
  email: string;
  name: string;
  company: string;
  /** Not every seller asks for it. */
  phone: string;
}

const CONTACT: Contact = {
  email: 'buyer@gmail.com',
  name: 'Bea Buyer',
  company: 'Buyer Ltd',
  phone: '+1 555 010 0123',
};

/** A buyer in AWS Marketplace, with a browser: one agreement, and the visit that registers it with the seller. */
export class Buyer {
  readonly agreement: Agreement;
  readonly #marketplace: Marketplace;
  readonly #registrationUrl: string;
  readonly #fetch: Fetch;
  #cookie = '';
  #page = '';

  constructor(agreement: Agreement, { marketplace, registrationUrl, fetch: fetchPage = fetch }: BuyerSurroundings) {
    this.agreement = agreement;
    this.#marketplace = marketplace;
    this.#registrationUrl = registrationUrl;
    this.#fetch = fetchPage;
  }

  /** Accepts an offer. */
  static subscribe(order: Order, surroundings: BuyerSurroundings): Buyer {
    return new Buyer(buy(surroundings.marketplace, order), surroundings);
  }

  /** Clicks *Set up your account*, looks at the registration page and fills in its form. */
  async register(contact: Partial<Contact> = {}): Promise<void> {
    await this.arrive();
    await this.look();
    await this.fillIn(contact);
  }

  /** Arrives from AWS Marketplace with a new token, keeps the cookie and follows the redirect. */
  async arrive(): Promise<void> {
    const { token } = this.#marketplace.issueToken(this.agreement.agreementId);
    const answer = await this.postToken(token);
    await expectStatus(answer, { of: 'POST /register', status: 303 });
    this.#cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    this.#page = new URL(answer.headers.get('location') ?? '', this.#registrationUrl).href;
    if (new URL(this.#page).host !== new URL(this.#registrationUrl).host)
      throw new Error(`The buyer was sent to ${this.#page}. Configure the built-in registration page.`);
  }

  /** Opens the registration page with the cookie of the first visit. */
  async look(): Promise<void> {
    const answer = await this.#fetch(this.#page, { headers: { cookie: this.#cookie } });
    await expectStatus(answer, { of: 'GET on the registration page', status: 200 });
  }

  async fillIn(contact: Partial<Contact> = {}): Promise<void> {
    const answer = await this.#post(this.#page, { ...CONTACT, ...contact });
    await expectStatus(answer, { of: 'POST on the registration form', status: 303 });
  }

  cancel(): void {
    this.#marketplace.endAgreement(this.agreement.agreementId);
  }

  /** Posts a token, as AWS Marketplace makes the browser do. */
  async postToken(token: string): Promise<Response> {
    return this.#post(this.#registrationUrl, { 'x-amzn-marketplace-token': token });
  }

  async #post(url: string, fields: Record<string, string>): Promise<Response> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', cookie: this.#cookie };
    const body = new URLSearchParams(fields).toString();
    return this.#fetch(url, { method: 'POST', headers, body, redirect: 'manual' });
  }
}

async function expectStatus(answer: Response, wanted: { of: string; status: number }): Promise<void> {
  if (answer.status === wanted.status) return;
  throw new Error(`${wanted.of} answered ${answer.status} instead of ${wanted.status}:\n${await answer.text()}`);
}

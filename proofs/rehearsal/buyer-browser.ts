import type { StackOutputs } from './cdk-cli';
import { loopbackRequest, type LoopbackResponse } from './loopback-request';

const EMAIL = 'bea@buyer.example';

/** A buyer's browser: sent by AWS Marketplace with a token, given a cookie, shown a page, filling in its form. */
export class BuyerBrowser {
  readonly #pem: string;
  readonly #registrationUrl: string;
  #page = '';
  #cookie = '';

  constructor({ pem, outputs }: { pem: string; outputs: StackOutputs }) {
    this.#pem = pem;
    this.#registrationUrl = outputs.RegistrationUrl ?? '';
  }

  /** *Set up your account* in AWS Marketplace. */
  async arrive(token: string): Promise<void> {
    const answer = await this.#post(this.#registrationUrl, { 'x-amzn-marketplace-token': token });
    expectStatus(answer, { of: 'POST /register', status: 303 });
    this.#cookie = [answer.headers['set-cookie']].flat()[0]?.split(';')[0] ?? '';
    this.#page = new URL(String(answer.headers.location), this.#registrationUrl).href;
    if (new URL(this.#page).host !== new URL(this.#registrationUrl).host) {
      throw new Error(`The rehearsal knows the built-in registration page only, not ${this.#page}.`);
    }
  }

  /** What the page shows, with the cookie of the first visit. */
  async look(): Promise<string> {
    const answer = await loopbackRequest(this.#page, { pem: this.#pem, headers: { cookie: this.#cookie } });
    expectStatus(answer, { of: 'the registration page', status: 200 });
    return answer.body;
  }

  async fillIn(): Promise<void> {
    const answer = await this.#post(this.#page, { email: EMAIL, name: 'Bea Buyer', company: 'Buyer Ltd' });
    expectStatus(answer, { of: 'the registration form', status: 303 });
  }

  #post(url: string, fields: Record<string, string>): Promise<LoopbackResponse> {
    return loopbackRequest(url, {
      pem: this.#pem,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: this.#cookie },
      body: new URLSearchParams(fields).toString(),
    });
  }
}

function expectStatus({ status, body }: LoopbackResponse, wanted: { of: string; status: number }): void {
  if (status !== wanted.status) throw new Error(`${wanted.of} answered ${status}, not ${wanted.status}:\n${body}`);
}

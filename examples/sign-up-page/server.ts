import { scryptSync, timingSafeEqual, randomBytes } from 'node:crypto';
import { stackExchange } from './exchange';
import { signUpPage, type Accounts } from './sign-up-page';

/** Accounts in memory, so that the example runs. Put your own in their place. */
class DemoAccounts implements Accounts {
  readonly #passwords = new Map<string, { salt: Buffer; hash: Buffer }>();
  readonly #owners = new Map<string, string>();

  async signIn(email: string, password: string): Promise<string | undefined> {
    if (email === '' || password === '') return undefined;
    const known = this.#passwords.get(email);
    if (known !== undefined)
      return timingSafeEqual(scryptSync(password, known.salt, 32), known.hash) ? email : undefined;
    const salt = randomBytes(16);
    this.#passwords.set(email, { salt, hash: scryptSync(password, salt, 32) });
    return email;
  }

  async bind(subscriptionId: string, account: string): Promise<boolean> {
    const owner = this.#owners.get(subscriptionId) ?? account;
    this.#owners.set(subscriptionId, owner);
    return owner === account;
  }
}

const { API_URL = 'http://127.0.0.1:3000', ORIGIN = 'http://localhost:8080', PORT = '8080' } = process.env;
const app = signUpPage({ exchange: stackExchange(API_URL, process.env), accounts: new DemoAccounts(), origin: ORIGIN });
await app.listen({ port: Number(PORT) });
console.log(`Buyers come to ${ORIGIN}/sign-up?code=…`);

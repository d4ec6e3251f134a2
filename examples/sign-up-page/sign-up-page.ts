import formbody from '@fastify/formbody';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Exchange } from './exchange';
import {
  askPage,
  codeGonePage,
  connectedPage,
  failedPage,
  forgedPage,
  notConnectedPage,
  nothingToAskPage,
  signInPage,
  takenPage,
} from './pages';
import { cookieOf, isSame, Sessions, type Session } from './sessions';

/** Your application's accounts. */
export interface Accounts {
  /** @returns the account's name; `undefined` if the password is wrong */
  signIn(email: string, password: string): Promise<string | undefined>;
  /**
   * Binds a subscription to an account. It must decide in one step, such as a conditional write.
   * @returns false if it belongs to another account; then nothing changes
   */
  bind(subscriptionId: string, account: string): Promise<boolean>;
}

export interface SignUpOptions {
  exchange: Exchange;
  accounts: Accounts;
  /** Where browsers reach this server, such as https://app.example.com. */
  origin: string;
  now?: () => number;
}

/** What no page of this server needs, so that none can be made to do it. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * The page to which `registration.signUpUrl` leads. It exchanges the code, lets the buyer sign in, and asks before it binds the
 * subscription to the account that is signed in.
 */
export function signUpPage({ exchange, accounts, origin, now = Date.now }: SignUpOptions): FastifyInstance {
  const sessions = new Sessions(now);
  // A check of the link by HEAD must not use the code up.
  const app = Fastify({ exposeHeadRoutes: false });
  void app.register(formbody);
  app.addHook('onRequest', async (_request, reply) => void reply.headers(HEADERS));
  app.setNotFoundHandler(async (_request, reply) => reply.code(404).send(nothingToAskPage()));
  app.setErrorHandler(async (error, _request, reply) => {
    console.error(error);
    return reply.code(500).send(failedPage());
  });

  app.get<{ Querystring: { code?: unknown } }>('/sign-up', async ({ query, headers }, reply) => {
    const session = sessions.of(headers.cookie);
    if (query.code !== undefined) {
      const buyer = typeof query.code === 'string' ? await exchange(query.code) : undefined;
      if (buyer === undefined) return reply.code(410).send(codeGonePage());
      // To an address without the code: it stays in no history and no screenshot.
      return toSignUp(reply, sessions.offer(session, buyer));
    }
    if (session?.offer === undefined) return reply.code(404).send(nothingToAskPage());
    if (session.account === undefined) return reply.send(signInPage(session));
    return reply.send(askPage(session, session.account, session.offer.buyer));
  });

  app.post<{ Body: Form }>('/sign-in', async (request, reply) => {
    const session = ownForm(request);
    if (session === undefined) return reply.code(403).send(forgedPage());
    const { email = '', password = '' } = request.body;
    const account = await accounts.signIn(email, password);
    if (account === undefined) return reply.code(401).send(signInPage(session, 'The password is wrong.'));
    sessions.end(session);
    return toSignUp(reply, sessions.begin({ account, offer: session.offer }));
  });

  app.post<{ Body: Form }>('/sign-up', async (request, reply) => {
    const session = ownForm(request);
    if (session?.account === undefined) return reply.code(403).send(forgedPage());
    const buyer = sessions.takeOffer(session);
    if (buyer === undefined) return reply.code(404).send(nothingToAskPage());
    if (request.body.answer !== 'yes') return reply.send(notConnectedPage());
    if (await accounts.bind(buyer.subscriptionId, session.account)) return reply.send(connectedPage());
    return reply.code(409).send(takenPage());
  });

  /** The session, if the form is from our own page in this session. */
  function ownForm({ headers, body }: FastifyRequest<{ Body: Form }>): Session | undefined {
    const session = sessions.of(headers.cookie);
    const isOurs = headers.origin === origin && isSame(body?.formToken, session?.formToken ?? '');
    return isOurs ? session : undefined;
  }

  return app;
}

type Form = Partial<Record<'formToken' | 'email' | 'password' | 'answer', string>>;

function toSignUp(reply: FastifyReply, session: Session): FastifyReply {
  return reply.header('set-cookie', cookieOf(session)).redirect('/sign-up', 303);
}

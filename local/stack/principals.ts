import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { AwsCall, PolicyGrant } from './aws-calls';
import { allows } from './permission';
import { ACCOUNT_ID, REGION } from './resources';
import { checkSignature, type SignedRequest } from './sigv4';

/** A role that the template makes. */
export interface TemplateRole {
  name: string;
  arn: string;
  grants: readonly PolicyGrant[];
  /** Its `AssumeRolePolicyDocument`. */
  trust: unknown;
}

/** Who signed a request: a user of an account, with every right in it, or a session of a role. */
export type Principal =
  | { kind: 'user'; accountId: string; accessKeyId: string; arn: string }
  | { kind: 'session'; role: TemplateRole; accountId: string; accessKeyId: string; arn: string };

/** Temporary credentials of a role. */
export interface Session {
  accessKeyId: string;
  secretAccessKey: string;
  token: string;
  /** ms since the epoch, by the machine's clock: SDKs compare it with theirs */
  expiresAtMs: number;
  principal: Principal & { kind: 'session' };
}

export type Identified = { ok: true; principal: Principal } | { ok: false; reason: string };

/** The secret of the keys whose secret the local stack knows: `test`, and the number of any other account. */
const SECRET = 'test';
const ACCOUNT = /^\d{12}$/;
const SESSION_KEY = /^ASIALOCAL/;

const externalId = z.strictObject({ StringEquals: z.strictObject({ 'sts:ExternalId': z.string() }) });
/** Strict: what the template does not use is refused by name, and not decided wrongly. */
const trustSchema = z.object({
  Statement: z.array(
    z.strictObject({
      Effect: z.literal('Allow'),
      Action: z.literal('sts:AssumeRole'),
      Principal: z.union([z.strictObject({ AWS: z.string() }), z.strictObject({ Service: z.string() })]),
      Condition: externalId.optional(),
    }),
  ),
});

/**
 * IAM as far as the template uses it: who signed a request, who may assume a role, and what a session of it may call.
 * `test` is a user of the stack's account; an access key id of twelve digits is a user of that other account. Any other
 * key id counts as a user of the stack's account whose secret is not known.
 */
export class Principals {
  readonly #sessions = new Map<string, Session>();

  constructor(private readonly roles: () => readonly TemplateRole[]) {}

  identify(request: SignedRequest, service: string): Identified {
    const secretOf = (accessKeyId: string) =>
      accessKeyId === 'test' || ACCOUNT.test(accessKeyId) ? SECRET : this.#sessions.get(accessKeyId)?.secretAccessKey;
    const check = checkSignature(request, { service, region: REGION, secretOf });
    if (!check.ok) return check;
    const { accessKeyId } = check;
    const session = this.#sessions.get(accessKeyId);
    if (session === undefined)
      return SESSION_KEY.test(accessKeyId)
        ? { ok: false, reason: 'the session is unknown' }
        : { ok: true, principal: userOf(accessKeyId) };
    if (request.headers['x-amz-security-token'] !== session.token)
      return { ok: false, reason: "the session's token is missing or another" };
    return Date.now() < session.expiresAtMs
      ? { ok: true, principal: session.principal }
      : { ok: false, reason: 'the session has expired' };
  }

  /** @returns undefined when the role's trust does not name the caller, or the external id is another. */
  assume(
    caller: Principal,
    asked: { roleArn: string; sessionName: string; externalId: string | undefined; seconds: number },
  ): Session | undefined {
    const role = this.roles().find(({ arn }) => arn === asked.roleArn);
    if (role === undefined || !isTrusted(caller, role, asked.externalId)) return undefined;
    const accessKeyId = `ASIALOCAL${randomBytes(6).toString('hex').toUpperCase()}`;
    const arn = `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${role.name}/${asked.sessionName}`;
    const session: Session = {
      accessKeyId,
      secretAccessKey: randomBytes(20).toString('hex'),
      token: randomBytes(30).toString('base64'),
      expiresAtMs: Date.now() + asked.seconds * 1000,
      principal: { kind: 'session', role, accountId: ACCOUNT_ID, accessKeyId, arn },
    };
    this.#sessions.set(accessKeyId, session);
    return session;
  }
}

/** Whether a principal's own policies allow a call in the stack's account. */
export function isAllowed(principal: Principal, call: AwsCall): boolean {
  if (principal.kind === 'user') return principal.accountId === ACCOUNT_ID;
  return principal.role.grants.some((grant) => allows(grant, call));
}

function userOf(accessKeyId: string): Principal {
  const accountId = ACCOUNT.test(accessKeyId) ? accessKeyId : ACCOUNT_ID;
  return { kind: 'user', accountId, accessKeyId, arn: `arn:aws:iam::${accountId}:user/local` };
}

function isTrusted(caller: Principal, { name, trust }: TemplateRole, given: string | undefined): boolean {
  const parsed = trustSchema.safeParse(trust);
  if (!parsed.success)
    throw new Error(`The local stack cannot decide who may assume ${name}:\n${z.prettifyError(parsed.error)}`);
  return parsed.data.Statement.some(({ Principal, Condition }) => {
    if (!('AWS' in Principal) || Principal.AWS !== `arn:aws:iam::${caller.accountId}:root`) return false;
    return Condition === undefined || Condition.StringEquals['sts:ExternalId'] === given;
  });
}

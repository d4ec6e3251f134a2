import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { escaped } from './s3-endpoint';
import type { Identified, Principals, Session } from './principals';

const requestSchema = z.object({
  Action: z.literal('AssumeRole'),
  RoleArn: z.string().min(20),
  RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/),
  ExternalId: z.string().optional(),
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3600),
});

interface StsAnswer {
  status: number;
  xml: string;
}

/** STS's AssumeRole (query protocol). @returns undefined for another request. */
export function answerSts(
  form: Record<string, string>,
  { identified, principals }: { identified: () => Identified; principals: Principals },
): StsAnswer | undefined {
  if (form.Action !== 'AssumeRole') return undefined;
  const parsed = requestSchema.safeParse(form);
  if (!parsed.success) return refusal(400, 'ValidationError', z.prettifyError(parsed.error));
  const signer = identified();
  if (!signer.ok) return refusal(403, 'SignatureDoesNotMatch', signer.reason);
  const { RoleArn: roleArn, RoleSessionName: sessionName, ExternalId: externalId, DurationSeconds } = parsed.data;
  const session = principals.assume(signer.principal, { roleArn, sessionName, externalId, seconds: DurationSeconds });
  if (session !== undefined) return { status: 200, xml: assumed(session) };
  const who = `User: ${signer.principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
  return refusal(403, 'AccessDenied', who);
}

const assumed = ({ accessKeyId, secretAccessKey, token, expiresAtMs, principal }: Session) =>
  `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser>` +
  `<AssumedRoleId>AROALOCAL:${principal.arn.split('/').at(-1) ?? ''}</AssumedRoleId><Arn>${principal.arn}</Arn>` +
  `</AssumedRoleUser><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId>` +
  `<SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>${token}</SessionToken>` +
  `<Expiration>${new Date(expiresAtMs).toISOString()}</Expiration></Credentials></AssumeRoleResult>` +
  `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></AssumeRoleResponse>`;

const refusal = (status: number, code: string, message: string): StsAnswer => ({
  status,
  xml:
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code>` +
    `<Message>${escaped(message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
});

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as it was signed, with the path and query as sent, not decoded. */
export interface SignedRequest {
  method: string;
  rawPath: string;
  rawQuery: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface SigningScope {
  service: string;
  region: string;
  /** The secret of an access key. Undefined: it is not known, and the signature passes if it is well formed. */
  secretOf(accessKeyId: string): string | undefined;
}

export type SignatureCheck = { ok: true; accessKeyId: string } | { ok: false; reason: string };

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/\s]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;

/** Checks a Signature Version 4 `Authorization` header. Its age is ignored, because callers use another clock. */
export function checkSignature(request: SignedRequest, { service, region, secretOf }: SigningScope): SignatureCheck {
  const { authorization, 'x-amz-date': date } = request.headers;
  if (authorization === undefined) return refuse('there is no Authorization header');
  const parsed = AUTHORIZATION.exec(authorization);
  if (parsed === null) return refuse('the Authorization header is not Signature Version 4');
  const [, accessKeyId = '', day = '', signedRegion = '', signedService = '', headerNames = '', signature = ''] =
    parsed;
  if (signedService !== service || signedRegion !== region) {
    return refuse(`signed for ${signedService} in ${signedRegion}, not for ${service} in ${region}`);
  }
  if (date === undefined || !date.startsWith(day)) return refuse('x-amz-date is missing or from another day');
  const names = headerNames.split(';');
  if (!names.includes('host')) return refuse('the host header is not signed');
  const secret = secretOf(accessKeyId);
  if (secret === undefined) return { ok: true, accessKeyId };
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonicalRequest(request, names))].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${secret}`);
  const expected = hmac(key, toSign);
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) return refuse('the signature does not match');
  const declared = request.headers['x-amz-content-sha256'];
  if (declared !== undefined && declared !== 'UNSIGNED-PAYLOAD' && declared !== sha256(request.body)) {
    return refuse('the body is not the one that was signed');
  }
  return { ok: true, accessKeyId };
}

function canonicalRequest({ method, rawPath, rawQuery, headers, body }: SignedRequest, names: string[]): string {
  // Every service except S3 signs the sent path encoded once more.
  const path = rawPath.split('/').map(encode).join('/');
  const query = rawQuery
    .split('&')
    .filter((part) => part !== '')
    .map((part) => (part.includes('=') ? part : `${part}=`))
    .sort()
    .join('&');
  const signedHeaders = names
    .map((name) => `${name}:${(headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}\n`)
    .join('');
  const hash = headers['x-amz-content-sha256'] ?? sha256(body);
  return [method, path, query, signedHeaders, names.join(';'), hash].join('\n');
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function refuse(reason: string): SignatureCheck {
  return { ok: false, reason };
}

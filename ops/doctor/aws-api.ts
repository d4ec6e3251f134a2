import { DOMParser, type Document, type Element } from '@xmldom/xmldom';
import { AwsClient } from 'aws4fetch';
import * as z from 'zod';
import type { Installation } from '../installation/installation';

/** What signing needs: any client of the SDK has it. */
export interface Signing extends Pick<Installation, 'local'> {
  eventBridge: { config: Pick<Installation['eventBridge']['config'], 'credentials' | 'region'> };
}

/** AWS refused a request. `name` is the error's code. */
export class AwsApiError extends Error {
  constructor(code: string, message: string) {
    super(message);
    this.name = code;
  }
}

export interface ApiRequest {
  /** The name that the request is signed for: `lambda`. */
  service: string;
  /** Where AWS answers; the local stack has one endpoint for all. */
  host: string;
  path?: string;
  /** Sent as JSON with POST; absent: GET. */
  body?: object;
}

/** Long enough for a slow network, and short enough for somebody who waits. */
const TIMEOUT_MS = 20_000;
const CODE = z.string().transform((text) => text.split(':')[0]?.split('#').at(-1) ?? text);
const refusal = z.object({ Message: z.string() }).or(z.object({ message: z.string() }));

/**
 * Signed calls of the few AWS APIs that only doctor reads: one signer instead of five more SDK clients, which would add
 * megabytes to every installation of this project.
 */
export class AwsApi {
  /** The time of AWS, by its last answer. Undefined before the first. */
  awsTimeMs: number | undefined;
  readonly #installation: Signing;

  constructor(installation: Signing) {
    this.#installation = installation;
  }

  /** @throws AwsApiError */
  async json({ service, host, path = '/', body }: ApiRequest): Promise<unknown> {
    const init = body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    const answer = await this.#send(service, `${this.#origin(host)}${path}`, init);
    const text = await answer.text();
    if (answer.ok) return JSON.parse(text);
    const code = CODE.parse(answer.headers.get('x-amzn-errortype') ?? `status ${answer.status}`);
    const parsed = refusal.safeParse(parsedOrNot(text));
    throw new AwsApiError(code, parsed.success ? Object.values(parsed.data).join('') : text.slice(0, 200));
  }

  /**
   * A call of the query protocol. The version of the API is among the parameters.
   * @throws AwsApiError
   */
  async query(service: string, host: string, parameters: Record<string, string>): Promise<Document> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(parameters).toString();
    const answer = await this.#send(service, `${this.#origin(host)}/`, { method: 'POST', headers, body });
    const document = new DOMParser().parseFromString(await answer.text(), 'text/xml');
    if (answer.ok) return document;
    throw new AwsApiError(textOf(document, 'Code') ?? `status ${answer.status}`, textOf(document, 'Message') ?? '');
  }

  #origin(host: string): string {
    const { local } = this.#installation;
    if (local === undefined) return `https://${host}`;
    return host.startsWith('catalog.marketplace.') ? local.marketplaceUrl : `${local.url}/_aws`;
  }

  async #send(service: string, url: string, init: RequestInit | undefined): Promise<Response> {
    const { config } = this.#installation.eventBridge;
    const [credentials, stackRegion] = await Promise.all([config.credentials(), config.region()]);
    // The commercial partition's account-wide APIs are signed for us-east-1.
    const region = ['iam', 'aws-marketplace'].includes(service) ? 'us-east-1' : stackRegion;
    const client = new AwsClient({ ...credentials, service, region, retries: 3 });
    const answer = await client.fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    this.awsTimeMs = Date.parse(answer.headers.get('date') ?? '') || this.awsTimeMs;
    return answer;
  }
}

function parsedOrNot(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The text of the first element with a name. */
export function textOf(within: Document | Element, name: string): string | undefined {
  return within.getElementsByTagName(name)[0]?.textContent ?? undefined;
}

/** The pairs of a query protocol's map: `<entry><key>…</key><value>…</value></entry>`. */
export function entriesOf(document: Document): Record<string, string> {
  const entries = [...document.getElementsByTagName('entry')];
  return Object.fromEntries(entries.map((entry) => [textOf(entry, 'key') ?? '', textOf(entry, 'value') ?? '']));
}

import { createHash, createHmac, type BinaryLike, type Hash, type Hmac } from 'node:crypto';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Settings } from './options';

/** Node's SHA-256 as the signer wants it. */
class Sha256 {
  readonly #secret: BinaryLike | undefined;
  #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined ? undefined : bytes(secret);
    this.#hash = this.#fresh();
  }

  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytes(chunk));
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }

  reset(): void {
    this.#hash = this.#fresh();
  }

  #fresh(): Hash | Hmac {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret);
  }
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof data === 'string') return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

/** Signs bodies for `POST /usage`. @returns the headers to send */
export type Sign = (body: string) => Promise<Record<string, string>>;

export function signer({ url, region, credentials = defaultProvider(), ports }: Settings): Sign {
  const signature = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
  const { protocol, hostname, host, pathname } = new URL(url);
  const address = { protocol, hostname, path: pathname };
  return async (body) => {
    const headers = { host, 'content-type': 'application/json' };
    const request = { ...address, method: 'POST', headers, body };
    const signed = await signature.sign(request, { signingDate: new Date(ports.now()) });
    // `fetch` names the host.
    const { host: _host, ...others } = signed.headers;
    return others;
  };
}

/** What the guard looks at. */
interface Visit {
  method: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

interface Refusal {
  status: 403 | 415;
  message: string;
}

export interface OtherHosts {
  /** Host names without a port, in lower case, that a `Host` may have beside the loopback's. */
  names: readonly string[];
  /** How a person allows another one. */
  remedy: string;
}

/** The names of the loopback, with any port: a forwarded one is another than the server's. */
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/**
 * Why a request to a local server is refused before it is read, if it is. Other pages of the browser reach its port, too: a
 * foreign `Host` is DNS rebinding, and a foreign `Origin` is a page that posts. SDKs send no `Origin`. A link from
 * another page, such as the seller's, may be followed, because such a page cannot read the answer.
 */
export function refusalOf(
  { method, headers }: Visit,
  server: string,
  { names, remedy }: OtherHosts = { names: [], remedy: '' },
): Refusal | undefined {
  const { host: given, origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  const host = typeof given === 'string' ? given : '';
  if (!LOOPBACK.test(host) && !names.includes(host.replace(/:\d{1,5}$/, '').toLowerCase())) {
    const known = [...new Set(['localhost', '127.0.0.1', ...names])];
    const answers = `${known.slice(0, -1).join(', ')} and ${known.at(-1)} only`;
    return { status: 403, message: `${server} answers at ${answers}. Use one as the host${remedy}.` };
  }
  const isOwn = origin === undefined || origin === `http://${host.toLowerCase()}`;
  const isFollowed = mode === 'navigate' && (method === 'GET' || method === 'HEAD');
  const isFromElsewhere = site !== undefined && site !== 'none' && site !== 'same-origin';
  if (isOwn && (!isFromElsewhere || isFollowed)) return undefined;
  return { status: 403, message: `${server} answers no request of another site's page. Open it in a new tab.` };
}

/** The control API takes JSON only, which no page of another site can send without being asked first. */
export function unlessJson({ headers }: Pick<Visit, 'headers'>): Refusal | undefined {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  const [type = ''] = String(headers['content-type'] ?? '').split(';');
  if (!hasBody || type.trim().toLowerCase() === 'application/json') return undefined;
  return { status: 415, message: 'Send the body as JSON, with the header content-type: application/json.' };
}

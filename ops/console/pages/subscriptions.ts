import type { Subscription, SubscriptionFields } from '../../../lambdas/shared/domain/subscription';
import { html, type Html } from '../../../web/html';
import { card, getForm, link, table, terminal } from '../../../web/parts';
import type { Ops } from '../../command';
import { sentenceOf } from '../../errors';
import { counted } from '../../output/counted';
import { utcTime } from '../../output/utc';
import { listSubscriptions } from '../../stores/subscription-listing';
import { findAtOnce } from '../../subscriptions/find-at-once';
import { costOfContactScan, findByContact, type FoundContact } from '../../subscriptions/find-by-contact';
import { BackgroundReads, type Reading } from '../background-reads';
import { readingCard, unlessDone } from '../reading-card';
import type { Answer, Question, Route } from '../routes';
import { opsCommand, subscriptionLink, subscriptionPath, subscriptionState } from '../words';

const PATH = '/subscriptions';
const PAGE = 50;

/** Finds subscriptions, or lists them. */
export function subscriptionRoutes(ops: Ops): Route[] {
  const scans = new BackgroundReads<FoundContact[]>(ops);
  return [{ path: PATH, answer: (question) => answer({ ops, scans }, question) }];
}

interface Finding {
  ops: Ops;
  scans: BackgroundReads<FoundContact[]>;
}

async function answer({ ops, scans }: Finding, { query }: Question): Promise<Answer> {
  const text = query.q?.trim() ?? '';
  if (text === '') return view(text, await listCard(ops, query.after));
  if (query.scan !== undefined) {
    const started = scans.find(text);
    const reading =
      started === undefined || query.scan === 'again' ? scans.start(text, (its) => findByContact(its, text)) : started;
    // The address of the result does not scan again when it is loaded again.
    if (query.scan === 'again') return { kind: 'redirect', location: addressOf(text) };
    return view(text, contactCard(text, reading), reading.kind === 'running');
  }
  const found = await findAtOnce(ops, text);
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0)
    return { kind: 'redirect', location: subscriptionPath(only.subscriptionId) };
  if (found.length > 0) return view(text, card(`${counted(found.length, 'subscription')} of ${text}`, listOf(found)));
  return view(text, await offerCard(ops, text));
}

const addressOf = (text: string, scan = 'yes') => `${PATH}?${new URLSearchParams({ q: text, scan }).toString()}`;

function view(text: string, content: Html, isIncomplete = false): Answer {
  const search = getForm({
    label: 'Find subscriptions',
    action: PATH,
    button: 'Find',
    fields: [
      {
        name: 'q',
        label: 'AWS account, licence, agreement, subscription id, company or e-mail address',
        value: text,
        type: 'search',
      },
    ],
  });
  return {
    kind: 'view',
    view: { title: 'Subscriptions', part: PATH, isIncomplete, content: html`${search} ${content}` },
  };
}

/** Nothing has this key. It may be a company, which costs a scan: the reader decides. */
async function offerCard({ installation }: Ops, text: string): Promise<Html> {
  const cost = await costOfContactScan(installation).then(
    ({ items, readUnits }) =>
      html`<p>
          That reads all ${counted(items, 'item')} of the Registrations table, about ${counted(readUnits, 'read unit')},
          and needs the policy <code>OperatorPersonalDataPolicyArn</code> (docs/security.md): the table holds personal
          data, which has no index.
        </p>
        ${getForm({ label: 'Search registrations', action: PATH, fields: [], hidden: { q: text, scan: 'yes' }, button: 'Search companies and e-mail addresses' })}`,
    (error: unknown) => html`<p class="bad">${sentenceOf(error)}</p>`,
  );
  return card(
    `No account, licence, agreement or subscription is called “${text}”`,
    html`<p>It may be a part of a company, an e-mail address or a name.</p>`,
    cost,
  );
}

function contactCard(text: string, reading: Reading<FoundContact[]>): Html {
  if (reading.kind !== 'done') return unlessDone(reading);
  return card(
    `Registrations with “${text}”`,
    table({
      caption: 'By company, e-mail address or name. This is personal data.',
      columns: ['Company', 'E-mail', 'Name', 'Subscription', 'Registered (UTC)'],
      rows: reading.result.map((each) => [
        each.company,
        each.email,
        each.name,
        subscriptionLink(each.subscriptionId),
        utcTime(each.completedAt),
      ]),
      nothing: 'No registration has this text. A buyer who never registered is found by the AWS account.',
    }),
    readingCard(reading, addressOf(text, 'again')),
  );
}

async function listCard({ installation }: Ops, after: string | undefined): Promise<Html> {
  const found: Subscription[] = [];
  for await (const subscription of listSubscriptions(installation, { after })) {
    found.push(subscription);
    if (found.length > PAGE) break;
  }
  const shown = found.slice(0, PAGE);
  const last = found.length > PAGE ? shown.at(-1)?.subscriptionId : undefined;
  return card(
    'All subscriptions',
    listOf(shown),
    last === undefined
      ? undefined
      : html`<p class="pager">${link(`${PATH}?${new URLSearchParams({ after: last }).toString()}`, 'Next page')}</p>`,
    terminal('In the terminal:', opsCommand(installation, 'subscriptions')),
  );
}

const listOf = (subscriptions: readonly SubscriptionFields[]): Html =>
  table({
    caption: counted(subscriptions.length, 'subscription'),
    columns: ['Subscription', 'State', 'Product', 'AWS account', 'Active since (UTC)', 'Ends (UTC)'],
    rows: subscriptions.map((each) => [
      subscriptionLink(each.subscriptionId),
      subscriptionState(each.state),
      each.productCode,
      each.customerAWSAccountId,
      utcTime(each.activatedAt),
      utcTime(each.endingAt),
    ]),
    nothing: 'There are no subscriptions (yet).',
  });

import type { SubscriptionFields } from '../../../lambdas/shared/domain/subscription';
import { periodsOf } from '../../../lambdas/shared/domain/periods';
import { html, type Html } from '../../../web/html';
import { card, definitions, figure, link, table, terminal } from '../../../web/parts';
import { subscriptionIdArgument } from '../../arguments';
import type { Ops } from '../../command';
import { OperatorError } from '../../errors';
import { utcTime } from '../../output/utc';
import { productOf } from '../../product-of';
import { listNotices } from '../../stores/stored-notices';
import { knownSubscription, type KnownSubscription } from '../../subscriptions/known-subscription';
import { draw } from '../charts/draw';
import { timelineDrawing, type LifeLine, TIMELINE_SIZE } from '../charts/timeline';
import type { Answer, Question, Route } from '../routes';
import { opsCommand, subscriptionPath, subscriptionState } from '../words';
import { entitlementCards } from './entitlements';
import { hoursCards, monthAsked } from './subscription-hours';

const NOTICES = 20;
const PATH = '/subscriptions/:id';

/** One subscription: its life, what it may use, what it used. */
export function oneSubscriptionRoutes(ops: Ops): Route[] {
  return [
    { path: PATH, answer: (question) => page(ops, question) },
    { path: `${PATH}/life.svg`, answer: (question) => life(ops, question) },
  ];
}

/** @throws OperatorError for an id that no subscription can have */
export function idOf({ params }: Question): string {
  const { id = '' } = params;
  try {
    return subscriptionIdArgument(id);
  } catch (cause) {
    throw new OperatorError(`No subscription can have the id ${id}. Find it on the page Subscriptions.`, { cause });
  }
}

async function page(ops: Ops, question: Question): Promise<Answer> {
  const id = idOf(question);
  const nowMs = ops.installation.clock.now();
  const { month, day } = monthAsked(question.query, nowMs);
  const [known, notices, hours] = await Promise.all([
    knownSubscription(ops, id),
    listNotices(ops.installation, { subscriptionId: id, limit: NOTICES }),
    hoursCards(ops, { id, month, day }),
  ]);
  const product = productOf(ops, known.found.productCode);
  const command = (...words: string[]) => opsCommand(ops.installation, ...words);
  const content = html`<p class="crumbs">${link('/subscriptions', 'Subscriptions')}</p>
    <p class="lead">${subscriptionState(known.found.state)} ${sentence(known)}</p>
    <div class="columns">${factsCard(known, product?.name)} ${lifeCard(known)}</div>
    ${hours}
    <div class="columns">${entitlementCards({ known, product, nowMs })}</div>
    ${card(
      'Notices to your application',
      table({
        caption: `Up to ${NOTICES} about its own changes, the newest first. They are kept for 90 days.`,
        columns: ['Written (UTC)', 'Notice', 'Version'],
        rows: notices.map((notice) => [
          utcTime(notice.time),
          notice.kind,
          'version' in notice ? notice.version : undefined,
        ]),
      }),
    )}
    ${terminal('In the terminal:', command('subscription', id), command('hours', id), command('import', 'usage.csv'))}`;
  return { kind: 'view', view: { title: id, part: '/subscriptions', content } };
}

function sentence({ found, ending }: KnownSubscription): string {
  const { state, endingAt }: SubscriptionFields = found;
  const since = periodsOf(found).at(-1)?.from;
  const parts = [
    since === undefined ? 'AWS has not activated it yet.' : `Subscribed since ${utcTime(since)}.`,
    endingAt === undefined ? '' : `Its end: ${utcTime(endingAt)}.`,
    ending === undefined
      ? ''
      : `Its last hours are being billed; the next pass is due at ${utcTime(ending.nextPassAtMs)}.`,
  ];
  return state === 'pending' ? 'AWS has not activated it yet.' : parts.filter((part) => part !== '').join(' ');
}

function factsCard({ found, marks }: KnownSubscription, productName: string | undefined): Html {
  const fields: SubscriptionFields = found;
  const { productCode, licenseArn } = fields;
  return card(
    'Who it is',
    definitions([
      ['Product', productName === undefined ? productCode : `${productName} (${productCode})`],
      ['AWS account', fields.customerAWSAccountId],
      ['Licence', licenseArn],
      ['Licence known from', fields.licenseArnFrom && "AWS's event only, until the buyer registers"],
      ['Customer identifier', fields.customerIdentifier],
      ['Agreement', fields.agreementId],
      ['Agreement before', fields.previousAgreementId],
      ['Free trial', fields.freeTrial === undefined ? undefined : fields.freeTrial ? 'yes' : 'no'],
      ['State because of', fields.stateReason],
      ['Events set aside', marks.setAside],
      ['Events overwritten', marks.overwritten],
    ]),
  );
}

function lifeCard(known: KnownSubscription): Html {
  const { periods, moments } = lifeLineOf(known);
  const id = known.found.subscriptionId;
  return card(
    'Its life',
    periods.length === 0
      ? undefined
      : figure({
          src: `${subscriptionPath(id)}/life.svg`,
          alt: `Subscribed in ${periods.length} periods, which the table lists`,
          caption: 'Bars: subscribed. Between two bars nobody was. Dashed: now.',
          ...TIMELINE_SIZE,
        }),
    table({
      caption: 'When AWS had the buyer subscribed',
      columns: ['From (UTC)', 'Until (UTC)'],
      rows: periods.map(({ from, until }) => [utcTime(from), until === undefined ? 'goes on' : utcTime(until)]),
      nothing: 'AWS has not activated it yet.',
    }),
    table({
      caption: 'What AWS told of it',
      columns: ['At (UTC)', 'Event', 'Agreement'],
      rows: moments.map(({ at, what, agreementId }) => [utcTime(at), what, agreementId]),
    }),
  );
}

function lifeLineOf({ found, nowMs }: KnownSubscription) {
  const { life, endings = [], begunAt }: SubscriptionFields = found;
  const began = begunAt === undefined ? [] : [{ at: begunAt, kind: 'began' as const, agreementId: undefined }];
  const facts = life ?? [...began, ...endings];
  const moments = facts.map(({ at, kind, agreementId }) => ({ at, what: kind, agreementId }));
  return { periods: periodsOf(found), moments, nowMs } satisfies LifeLine;
}

async function life(ops: Ops, question: Question): Promise<Answer> {
  const known = await knownSubscription(ops, idOf(question));
  return { kind: 'picture', svg: await draw(timelineDrawing(lifeLineOf(known))) };
}

import { hourEndMs } from '../../../lambdas/shared/domain/hour';
import { html, type Html } from '../../../web/html';
import { badge, card, link, number, table, terminal } from '../../../web/parts';
import type { Ops } from '../../command';
import { sentenceOf } from '../../errors';
import { age } from '../../output/age';
import { counted } from '../../output/counted';
import { utcTime } from '../../output/utc';
import { findStuck } from '../../stuck/find-stuck';
import { waitingHours } from '../../stuck/waiting-hours';
import type { Answer, Question, Route } from '../routes';
import { hourLink, hourState, opsCommand, subscriptionLink } from '../words';
import { unitCards, unitsPicture } from './units';

/** As `ops stuck` by default. */
const OLDER_THAN_MINUTES = 30;
/** Further ones are in the terminal's list. */
const SHOWN = 50;

/** What somebody looks at first: what is on, what is stuck, what was used and what became of it. */
export function overviewRoutes(ops: Ops): Route[] {
  return [
    { path: '/', answer: (question) => page(ops, question) },
    { path: '/units/:product/:dimension/:by', answer: (question) => unitsPicture(ops, question.params) },
  ];
}

async function page(ops: Ops, { query }: Question): Promise<Answer> {
  const [alarms, stuck, waiting, units] = await Promise.all([
    part('Alarms', alarmsCard(ops)),
    part('Stuck', stuckCard(ops)),
    part('Waiting', waitingCard(ops)),
    part('Units', unitCards(ops, query.by === 'day' ? 'day' : 'hour')),
  ]);
  const content = html`<div class="columns">${alarms} ${stuck}</div>
    ${waiting}
    <p class="pager">${link('/?by=hour', 'By hour')} ${link('/?by=day', 'By day')}</p>
    ${units}`;
  return { kind: 'view', view: { title: 'Overview', part: '/', content } };
}

/** One part that cannot be read hides no other, and says so where it would stand. */
const part = (heading: string, reading: Promise<Html>): Promise<Html> =>
  reading.catch((error: unknown) =>
    card(heading, html`<p class="bad">This could not be read. ${sentenceOf(error)}</p>`),
  );

async function alarmsCard({ installation }: Ops): Promise<Html> {
  const alarms = await installation.observation.alarmsThatAreOn();
  return card(
    'Alarms that are on',
    alarms.length === 0 ? html`<p>${badge('none', 'good')} Nothing raises an alarm.</p>` : undefined,
    alarms.length === 0
      ? undefined
      : table({
          caption: `From ${installation.observation.source}`,
          columns: ['Alarm', 'On since (UTC)', 'What to do'],
          rows: alarms.map(({ name, since, description }) => {
            const [says = '', section] = description.split(/\s*Runbook: \S*#/);
            const anchor = /^[\w-]+/.exec(section ?? '')?.[0];
            return [
              html`${badge('on', 'bad')} ${says || name}`,
              utcTime(since),
              anchor === undefined ? undefined : link(`/runbook/${anchor}`, 'Runbook'),
            ];
          }),
        }),
  );
}

async function waitingCard({ installation }: Ops): Promise<Html> {
  const waiting = await waitingHours(installation);
  return card(
    'Waiting',
    table({
      caption: 'Hours in the index of what is due, now or later: open, or sealed without a final answer',
      columns: ['Dimension', number('Hours'), number('Subscriptions'), 'Oldest hour (UTC)'],
      rows: waiting.map(({ dimension, hours, subscriptions, oldest }) => [
        dimension,
        hours,
        subscriptions,
        hourLink(oldest),
      ]),
      nothing: 'No hour waits: everything that was used has its final answer.',
    }),
  );
}

async function stuckCard(ops: Ops): Promise<Html> {
  const { installation } = ops;
  const { hours, deadLetters, batches, endings, isStuck } = await findStuck(ops, OLDER_THAN_MINUTES);
  const nowMs = installation.clock.now();
  const command = terminal('In the terminal:', opsCommand(installation, 'stuck'));
  if (!isStuck)
    return card('What is stuck', html`<p>${badge('nothing', 'good')} All work that was due is done.</p>`, command);
  return card(
    'What is stuck',
    table({
      caption: `Hours that should have been billed ${OLDER_THAN_MINUTES} minutes ago or longer: ${hours.length}`,
      columns: ['Hour (UTC)', 'Subscription', 'Dimension', 'State', 'Since', 'Because'],
      rows: hours
        .slice(0, SHOWN)
        .map((each) => [
          hourLink(each),
          subscriptionLink(each.subscriptionId),
          each.dimension,
          hourState(each.state),
          age(nowMs - hourEndMs(each.hour)),
          each.reason,
        ]),
      isMarked: () => true,
    }),
    html`<ul class="plain">
      ${deadLetters.map(({ name, messages }) => html`<li>${name}: ${counted(messages, 'dead letter')}</li>`)}
      ${batches.map(({ key, ageSeconds }) => html`<li>Stream batch ${key}, ${age(ageSeconds * 1000)} old</li>`)}
      ${endings.map((id) => html`<li>The ending of ${subscriptionLink(id)}</li>`)}
    </ul>`,
    command,
  );
}

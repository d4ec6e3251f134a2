import { decimalText } from '../../lambdas/shared/domain/decimal';
import { utcTime } from '../output/utc';
import type { ExplainedEvent } from './explain-hour';

/** What a table shows of an event: id, units, time of use, tags, hour that it was late for, why it is not billed. */
export const eventCells = ({ key, quantity, usedAtMs, tags, walkedFrom, notBilled }: ExplainedEvent) => [
  key.replace(/^#/, ''),
  decimalText(quantity),
  utcTime(usedAtMs) ?? 'no longer stored',
  tagsText(tags),
  walkedFrom,
  notBilled,
];

/** `Department=legal, Project=search`; empty without tags. */
export const tagsText = (tags: Readonly<Record<string, string>>): string =>
  Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

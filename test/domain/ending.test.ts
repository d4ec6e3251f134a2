import { describe, expect, it } from 'vitest';
import { endingSchedule, firstHourOfEnding } from '../../lambdas/shared/domain/ending';
import { hourOf } from '../../lambdas/shared/domain/hour';

const at = (time: string) => Date.parse(`2026-03-10T${time}Z`);
const timeOf = (ms: number) => new Date(ms).toISOString().slice(11, 19);

/** Ended at 12:40, and intake had stopped a minute later. */
const schedule = endingSchedule({
  endingAtMs: at('12:40:00'),
  openedAtMs: at('12:41:00'),
  batchingWindowMs: 60_000,
});

describe('the last hours of a subscription', () => {
  it('drains last hours for a batching window and a minute after intake stopped', () => {
    expect(timeOf(schedule.drainedAtMs)).toBe('12:43:00');
  });

  it('ends the last hours an hour after the end, when AWS accepts no more', () => {
    expect(timeOf(schedule.deadlineMs)).toBe('13:40:00');
  });

  it("tries last hours for at least 15 minutes, however late AWS's event arrived", () => {
    const late = endingSchedule({ endingAtMs: at('12:40:00'), openedAtMs: at('18:00:00'), batchingWindowMs: 60_000 });
    expect(timeOf(late.deadlineMs)).toBe('18:15:00');
  });

  it('seals past hours at once, and the current hour once the stream has drained', () => {
    const [closed, unfinished] = [hourOf(at('11:00:00')), hourOf(at('12:00:00'))];
    expect(schedule.isRipe(closed, at('12:00:00'))).toBe(true);
    expect(schedule.isRipe(closed, at('12:00:00') - 1)).toBe(false);
    expect(schedule.isRipe(unfinished, schedule.drainedAtMs - 1)).toBe(false);
    expect(schedule.isRipe(unfinished, schedule.drainedAtMs)).toBe(true);
  });
});

describe('the hour of the end', () => {
  /** AWS's event arrived two seconds after the full hour. */
  const scheduleOf = (end: string) =>
    endingSchedule({ endingAtMs: at(end), openedAtMs: at('13:00:02'), batchingWindowMs: 60_000 });
  const [eleven, noon] = [hourOf(at('11:00:00')), hourOf(at('12:00:00'))];

  it.each(['12:59:59', '13:00:00'])('waits for the stream although it was over before the event: %s', (end) => {
    const { isRipe } = scheduleOf(end);
    expect(isRipe(eleven, at('13:00:02'))).toBe(true);
    expect(isRipe(noon, at('13:00:02'))).toBe(false);
    expect(isRipe(noon, at('13:02:00') - 1)).toBe(false);
    expect(isRipe(noon, at('13:02:00'))).toBe(true);
  });

  it('is the next one if the subscription ended after the full hour', () => {
    const { isRipe } = scheduleOf('13:00:01');
    expect(isRipe(noon, at('13:00:02'))).toBe(true);
    expect(isRipe(hourOf(at('13:00:00')), at('13:00:02'))).toBe(false);
  });

  it('does not wait if the event arrives much later', () => {
    const late = endingSchedule({ endingAtMs: at('12:59:59'), openedAtMs: at('18:00:00'), batchingWindowMs: 60_000 });
    expect(late.isRipe(noon, at('18:00:00'))).toBe(true);
  });
});

describe('the next pass over them', () => {
  const nextPassAfter = (nowMs: number) => timeOf(schedule.nextPassAtMs(nowMs));

  it('plans a pass when the stream has drained, and then every five minutes', () => {
    expect(nextPassAfter(at('12:41:00'))).toBe('12:43:00');
    expect(nextPassAfter(at('12:42:59'))).toBe('12:43:00');
    expect(nextPassAfter(at('12:43:00'))).toBe('12:48:00');
    expect(nextPassAfter(at('13:00:00'))).toBe('13:05:00');
  });

  it('plans a pass at the deadline at the latest, and at once when it has passed', () => {
    expect(nextPassAfter(at('13:38:00'))).toBe('13:40:00');
    expect(nextPassAfter(at('14:00:00'))).toBe('14:00:00');
  });
});

describe('the first hour to look for', () => {
  it('looks for unfinished hours from three days before the end', () => {
    expect(firstHourOfEnding(at('12:40:00'))).toBe('2026-03-07T12');
  });
});

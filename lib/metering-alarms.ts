import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { HOUR, QUARTER, type AlarmDesign, type AlarmSources } from './alarm-design';

/**
 * Two hours after its end an hour has been tried two dozen times. At the end of a month that leaves four hours of the six
 * in which AWS still takes it, otherwise 22 of 24.
 */
const UNBILLED_TOO_LONG = Duration.hours(2);

/** Runs that do not run, hours that are not finished. */
export function meteringAlarms({ metrics }: AlarmSources): AlarmDesign[] {
  const everyRun = { period: QUARTER, statistic: Stats.MINIMUM };
  return [
    {
      id: 'MeteringNotRunning',
      metric: metrics.metric('MeteringRuns', { period: QUARTER }),
      kind: 'heartbeat',
      periods: 2,
      says: 'For half an hour no metering run has come to its end: nothing is billed.',
    },
    {
      id: 'UnbilledHoursOld',
      metric: metrics.metric('OldestUnbilledHourSeconds', { period: QUARTER }),
      kind: 'reading',
      threshold: UNBILLED_TOO_LONG.toSeconds(),
      says: 'An hour of usage is not billed two hours after its end; AWS takes it for 24 hours, at the end of a month for 6.',
    },
    {
      id: 'HoursFailing',
      metric: metrics.metric('HoursFailed', everyRun),
      says: 'Run after run fails to read or seal an hour of usage.',
    },
    {
      id: 'HoursLeftOver',
      metric: metrics.metric('HoursLeft', everyRun),
      says: 'Run after run has no time for all hours that are due.',
    },
    {
      id: 'MeteringMisconfigured',
      metric: metrics.metric('MeteringMisconfigured', { period: HOUR }),
      says: 'AWS Marketplace refuses our account, permissions, region or product code: nothing of that product is billed.',
    },
    {
      id: 'EndingsFailing',
      metric: metrics.metric('EndingsFailed', { period: QUARTER }),
      says: 'The last hours of an ending subscription could not be brought to an end; AWS takes them for an hour.',
    },
  ];
}

/** What AWS Marketplace says that is not yes, and what becomes of it. */
export function answerAlarms({ metrics }: AlarmSources): AlarmDesign[] {
  return [
    {
      id: 'RecordsConflict',
      metric: metrics.metric('Records.conflict', { period: HOUR }),
      says: 'AWS Marketplace has another quantity for an hour than ours: something else meters the same product.',
    },
    {
      id: 'RecordsNotSubscribed',
      metric: metrics.metric('Records.notSubscribed', { period: HOUR }),
      periods: 2,
      says: 'For two hours AWS Marketplace has answered that a customer is not subscribed: the usage waits, and is lost after a day.',
    },
    {
      id: 'RecordsRefused',
      metric: metrics.metric('Records.refused', { period: HOUR }),
      says: 'AWS Marketplace refuses records by name: a dimension, a licence or the account is wrong.',
    },
    {
      id: 'UsageRejected',
      metric: metrics.metric('RecordsClosed.rejected', { period: HOUR }),
      says: 'Usage that AWS Marketplace refused until its window closed will not be billed.',
    },
    {
      id: 'UsageExpired',
      metric: metrics.metric('UnitsClosed.expired', { period: HOUR }),
      says: 'Usage that was never sent can no longer be sent, and will not be billed.',
    },
    {
      id: 'UsageUnconfirmed',
      metric: metrics.metric('RecordsClosed.unconfirmed', { period: HOUR }),
      says: 'The window closed on usage that was sent without an answer: nobody here knows whether it was billed.',
    },
  ];
}

import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { HOUR, QUARTER, type AlarmDesign, type AlarmSources } from './alarm-design';

/**
 * By then an hour has been tried two dozen times. AWS accepts it for another 22 hours, or for another four at the end of
 * a month.
 */
const UNBILLED_TOO_LONG = Duration.hours(2);

/** Metering runs that do not finish, and hours that stay unbilled. */
export function meteringAlarms({ metrics }: AlarmSources): AlarmDesign[] {
  const everyRun = { period: QUARTER, statistic: Stats.MINIMUM };
  return [
    {
      id: 'MeteringNotRunning',
      metric: metrics.metric('MeteringRuns', { period: QUARTER }),
      kind: 'heartbeat',
      periods: 2,
      says: 'No metering run has finished for half an hour: nothing is billed.',
    },
    {
      id: 'UnbilledHoursOld',
      metric: metrics.metric('OldestUnbilledHourSeconds', { period: QUARTER }),
      kind: 'reading',
      threshold: UNBILLED_TOO_LONG.toSeconds(),
      says: 'An hour of usage is still unbilled two hours after it ended. AWS accepts it for 24 hours, or for 6 at the end of a month.',
    },
    {
      id: 'HoursFailing',
      metric: metrics.metric('HoursFailed', everyRun),
      says: 'Every metering run fails to read or seal an hour of usage.',
    },
    {
      id: 'HoursLeftOver',
      metric: metrics.metric('HoursLeft', everyRun),
      says: 'Every metering run stops before it has handled all hours that are due.',
    },
    {
      id: 'MeteringMisconfigured',
      metric: metrics.metric('MeteringMisconfigured', { period: HOUR }),
      says: 'AWS Marketplace refuses the account, its permissions, the region or the product code: that product is not billed.',
    },
    {
      id: 'HoursAboveMaximum',
      metric: metrics.metric('HoursAboveMaximum', { period: QUARTER }),
      says: 'The quantity of an hour is above maxPerHour of its dimension, so it waits for you.',
    },
    {
      id: 'EndingsFailing',
      metric: metrics.metric('EndingsFailed', { period: QUARTER }),
      says: 'The last hours of an ending subscription could not be billed. AWS accepts them for an hour.',
    },
  ];
}

/** Records that AWS Marketplace did not accept, and usage that ended unbilled. */
export function answerAlarms({ metrics }: AlarmSources): AlarmDesign[] {
  return [
    {
      id: 'RecordsConflict',
      metric: metrics.metric('Records.conflict', { period: HOUR }),
      says: 'AWS Marketplace already has a different quantity for an hour: something else meters the same product.',
    },
    {
      id: 'EchoDiffers',
      metric: metrics.metric('Records.echoDiffers', { period: HOUR }),
      says: 'AWS Marketplace took a record, but repeated another quantity: it may bill that one.',
    },
    {
      id: 'DecimalsHalted',
      metric: metrics.metric('DecimalsHalted', { period: QUARTER }),
      says: 'AWS Marketplace bills or refuses decimal quantities wrongly, so they wait for you. DecimalsHaltedHoursLeft: hours until it no longer takes the first.',
    },
    {
      id: 'RecordsNotSubscribed',
      metric: metrics.metric('Records.notSubscribed', { period: HOUR }),
      periods: 2,
      says: 'AWS Marketplace has answered for two hours that a customer is not subscribed. The usage waits, and is lost after a day.',
    },
    {
      id: 'RecordsRefused',
      metric: metrics.metric('Records.refused', { period: HOUR }),
      says: 'AWS Marketplace refuses single records: a dimension, a licence or an account is wrong.',
    },
    {
      id: 'UsageRejected',
      metric: metrics.metric('RecordsClosed.rejected', { period: HOUR }),
      says: 'AWS Marketplace refused usage until its acceptance window ended. It will not be billed.',
    },
    {
      id: 'UsageExpired',
      metric: metrics.metric('UnitsClosed.expired', { period: HOUR }),
      says: 'Usage that AWS Marketplace never accepted can no longer be sent. It will not be billed.',
    },
    {
      id: 'UsageUnconfirmed',
      metric: metrics.metric('RecordsClosed.unconfirmed', { period: HOUR }),
      says: 'The acceptance window ended before AWS Marketplace answered: it is unknown whether the usage was billed.',
    },
  ];
}

import type { FunctionName } from './functions';

/**
 * Every metric, by the function that writes it. Each has the dimension `service`, which is the function's name. Alarms
 * and the dashboard use these names, and the compiler accepts no others.
 */
export const METRICS = {
  'record-usage': [
    'UnexpectedErrors',
    'UsageEvents.accepted',
    'UsageEvents.duplicate',
    'UsageEvents.rejected',
    'UsageEvents.retry',
    'UsageEventsRejected',
    'UsageEventsDiffering',
  ],
  'aggregate-usage': [
    'UsageEventsTallied',
    'UsageEventsMovedForward',
    'UsageEventsSetAside',
    'UsageEventsOverwritten',
    'UsageEventsToRedeliver',
  ],
  'meter-usage': [
    'MeteringRuns',
    'MeteringCalls',
    'MeteringThrottles',
    'MeteringAmbiguous',
    'MeteringMisconfigured',
    'HoursDue',
    'HoursOpen',
    'HoursUnbilled',
    'OldestUnbilledHourSeconds',
    'HoursWaiting',
    'HoursAboveMaximum',
    'HoursFailed',
    'HoursLeft',
    'HoursSealed',
    'HoursSealed.sealed',
    'HoursSealed.covered',
    'HoursSealed.carried',
    'HoursSealed.withheld',
    'HoursSealed.rejected',
    'HoursSealed.expired',
    'Records.accepted',
    'Records.conflict',
    'Records.echoDiffers',
    'Records.notSubscribed',
    'Records.refused',
    'Records.unprocessed',
    'Records.ambiguous',
    'RecordsRefused',
    'EchoesMissing',
    'DecimalsHalted',
    'DecimalsHaltedHoursLeft',
    'RecordsClosed.rejected',
    'RecordsClosed.expired',
    'RecordsClosed.unconfirmed',
    'UnitsUsed',
    'UnitsCovered',
    'UnitsBilled',
    'UnitsNotBilled',
    'UnitsWithheld',
    'UnitsWaiting',
    'UnitsClosed.rejected',
    'UnitsClosed.expired',
    'UnitsClosed.unconfirmed',
    'SubscriptionsEnding',
    'EndingsFailed',
  ],
  'register-subscription': [
    'UnexpectedErrors',
    'RegistrationsPutOff',
    'RegistrationsMisconfigured',
    'RegistrationsWithoutIdentity',
    'RegistrationsOfUnknownProduct',
    'RegistrationsRefused',
    'RegistrationsOfOtherAccount',
  ],
  'complete-registration': ['UnexpectedErrors'],
  'exchange-registration': ['UnexpectedErrors'],
  'describe-subscription': ['UnexpectedErrors'],
  'follow-agreement': [
    'LicenseEventsApplied',
    'LicenseEventsUnchanged',
    'LicenseEventsNotFollowed',
    'LicenseEventsOfOtherAccount',
    'AgreementEventsWaiting',
    'AgreementEventsKept',
    'PaymentRisks',
  ],
  'refresh-entitlements': [
    'EntitlementSweeps',
    'EntitlementChecksDue',
    'EntitlementChecksLeft',
    'EntitlementChecksUnanswered',
    'OldestUnansweredCheckSeconds',
    'Entitlements.changed',
    'Entitlements.unchanged',
    'Entitlements.overtaken',
    'Entitlements.postponed',
    'Entitlements.notAsked',
    'Entitlements.failed',
    'EntitlementsUnnamed',
    'EntitlementAnswers.read',
    'EntitlementAnswers.throttled',
    'EntitlementAnswers.unavailable',
    'EntitlementAnswers.misconfigured',
    'EntitlementAnswers.unreadable',
    'AgreementAnswers.read',
    'AgreementAnswers.throttled',
    'AgreementAnswers.unavailable',
    'AgreementAnswers.refused',
  ],
  'publish-notices': ['NoticesPublished', 'NoticesFailed', 'NoticesUnreadable'],
} as const satisfies Record<FunctionName, readonly string[]>;

export type MetricOf<Name extends FunctionName> = (typeof METRICS)[Name][number];
/** A metric that only one function writes. `UnexpectedErrors` is the only one that several write. */
export type MetricName = Exclude<MetricOf<FunctionName>, 'UnexpectedErrors'>;

/** Metrics of `meter-usage` that count units. They have the dimensions `product` and `dimension` too. */
export type UnitMetricName = Extract<
  MetricOf<'meter-usage'>,
  'UnitsUsed' | 'UnitsBilled' | 'UnitsCovered' | 'UnitsNotBilled' | 'UnitsWaiting' | 'UnitsWithheld'
>;

/** The function that writes a metric. */
export function serviceOf(name: MetricName): FunctionName {
  for (const [service, names] of Object.entries(METRICS)) {
    if (names.some((each: string) => each === name)) return service as FunctionName;
  }
  throw new Error(`No function writes the metric ${name}.`);
}

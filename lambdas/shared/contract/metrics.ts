/**
 * The metrics that somebody watches: alarms and the dashboard are made from these names, and a test holds them against
 * what the functions write. `service` is the folder of the function that writes them, and a dimension of each.
 */
export const METRICS = {
  'record-usage': ['UsageEvents.accepted', 'UsageEvents.duplicate', 'UsageEvents.rejected', 'UsageEvents.retry'],
  'aggregate-usage': [
    'UsageEventsTallied',
    'UsageEventsMovedForward',
    'UsageEventsSetAside',
    'UsageEventsOverwritten',
    'UsageEventsToRedeliver',
  ],
  'meter-usage': [
    'MeteringRuns',
    'HoursOpen',
    'HoursUnbilled',
    'OldestUnbilledHourSeconds',
    'HoursFailed',
    'HoursLeft',
    'MeteringCalls',
    'MeteringThrottles',
    'MeteringAmbiguous',
    'MeteringMisconfigured',
    'Records.accepted',
    'Records.conflict',
    'Records.notSubscribed',
    'Records.refused',
    'Records.unprocessed',
    'RecordsClosed.rejected',
    'RecordsClosed.unconfirmed',
    'UnitsClosed.rejected',
    'UnitsClosed.expired',
    'UnitsClosed.unconfirmed',
    'EndingsFailed',
  ],
  'register-subscription': [
    'RegistrationsPutOff',
    'RegistrationsMisconfigured',
    'RegistrationsWithoutIdentity',
    'RegistrationsOfUnknownProduct',
    'RegistrationsRefused',
  ],
  'follow-agreement': ['LicenseEventsOfOtherAccount'],
  'refresh-entitlements': ['EntitlementSweeps', 'EntitlementChecksUnanswered', 'OldestUnansweredCheckSeconds'],
  'publish-notices': ['NoticesPublished', 'NoticesFailed', 'NoticesUnreadable'],
} as const;

type Service = keyof typeof METRICS;
export type MetricName = (typeof METRICS)[Service][number];

/** In units of the product's dimensions and with the dimension `product` besides `service`; written by `meter-usage`. */
export const PRODUCT_METRICS = ['UnitsUsed', 'UnitsBilled', 'UnitsCovered', 'UnitsWaiting', 'HoursUnbilled'] as const;
export type ProductMetricName = (typeof PRODUCT_METRICS)[number];

/** The function that writes a metric. */
export function serviceOf(name: MetricName): Service {
  for (const [service, names] of Object.entries(METRICS)) {
    if (names.some((each) => each === name)) return service as Service;
  }
  throw new Error(`No function writes the metric ${name}.`);
}

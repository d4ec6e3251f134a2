import type { Promised, Resource } from './promised';

const COMPARED: Record<string, string> = { GreaterThanOrEqualToThreshold: '≥', LessThanThreshold: '<' };

/** What it watches, from which value on, for how long, and what missing data means. */
function read({ Properties }: Resource): string {
  const { Namespace, MetricName, Dimensions, Statistic, ComparisonOperator, Threshold } = Properties;
  const { EvaluationPeriods, Period, TreatMissingData } = Properties;
  const dimensions = Dimensions.map(({ Name, Value }: Record<string, string>) => `${Name} ${Value}`).join(', ');
  const where = Namespace === 'MarketplaceSaas/Saas' ? '' : `${Namespace} `;
  const breach = `${Statistic} ${COMPARED[ComparisonOperator]} ${Threshold}`;
  return `${where}${MetricName} of ${dimensions}: ${breach}, ${EvaluationPeriods} × ${Period} s, ${TreatMissingData}`;
}

/** Every alarm, by its id. */
export const ALARMS: Promised = {
  type: 'AWS::CloudWatch::Alarm',
  always: { Properties: { AlarmActions: ['ObservationAlarmTopic'], OKActions: ['ObservationAlarmTopic'] } },
  read,
  lines: {
    MeteringNotRunning: 'MeteringRuns of service meter-usage: Sum < 1, 2 × 900 s, breaching',
    UnbilledHoursOld: 'OldestUnbilledHourSeconds of service meter-usage: Maximum ≥ 7200, 1 × 900 s, ignore',
    HoursFailing: 'HoursFailed of service meter-usage: Minimum ≥ 1, 1 × 900 s, notBreaching',
    HoursLeftOver: 'HoursLeft of service meter-usage: Minimum ≥ 1, 1 × 900 s, notBreaching',
    MeteringMisconfigured: 'MeteringMisconfigured of service meter-usage: Sum ≥ 1, 1 × 3600 s, notBreaching',
    HoursAboveMaximum: 'HoursAboveMaximum of service meter-usage: Sum ≥ 1, 1 × 900 s, notBreaching',
    EndingsFailing: 'EndingsFailed of service meter-usage: Sum ≥ 1, 1 × 900 s, notBreaching',
    RecordsConflict: 'Records.conflict of service meter-usage: Sum ≥ 1, 1 × 3600 s, notBreaching',
    EchoDiffers: 'Records.echoDiffers of service meter-usage: Sum ≥ 1, 1 × 3600 s, notBreaching',
    DecimalsHalted: 'DecimalsHalted of service meter-usage: Sum ≥ 1, 1 × 900 s, notBreaching',
    RecordsNotSubscribed: 'Records.notSubscribed of service meter-usage: Sum ≥ 1, 2 × 3600 s, notBreaching',
    RecordsRefused: 'Records.refused of service meter-usage: Sum ≥ 1, 1 × 3600 s, notBreaching',
    UsageRejected: 'RecordsClosed.rejected of service meter-usage: Sum ≥ 1, 1 × 3600 s, notBreaching',
    UsageExpired: 'UnitsClosed.expired of service meter-usage: Sum ≥ 1, 1 × 3600 s, notBreaching',
    UsageUnconfirmed: 'RecordsClosed.unconfirmed of service meter-usage: Sum ≥ 1, 1 × 3600 s, notBreaching',
    UsageRefusedAtIntake: 'UsageEvents.rejected of service record-usage: Sum ≥ 1, 1 × 3600 s, notBreaching',
    UsageNotStored: 'UsageEvents.retry of service record-usage: Sum ≥ 1, 2 × 900 s, notBreaching',
    UsageSetAside: 'UsageEventsSetAside of service aggregate-usage: Sum ≥ 1, 1 × 3600 s, notBreaching',
    UsageOverwritten: 'UsageEventsOverwritten of service aggregate-usage: Sum ≥ 1, 1 × 3600 s, notBreaching',
    ApiErrors: 'AWS/ApiGateway 5xx of ApiId PublicApi: Sum ≥ 1, 1 × 900 s, notBreaching',
    UsageStreamBehind:
      'AWS/Lambda IteratorAge of FunctionName UsageTalliesAggregateUsage: Maximum ≥ 1800000, 1 × 300 s, notBreaching',
    EndingsStreamBehind:
      'AWS/Lambda IteratorAge of FunctionName MeteringMeterUsage: Maximum ≥ 600000, 1 × 300 s, notBreaching',
    EntitlementsStreamBehind:
      'AWS/Lambda IteratorAge of FunctionName EntitlementsRefreshEntitlements: Maximum ≥ 1800000, 1 × 300 s, notBreaching',
    NoticesStreamBehind:
      'AWS/Lambda IteratorAge of FunctionName NoticesPublishNotices: Maximum ≥ 1800000, 1 × 300 s, notBreaching',
    NoticesFailing: 'NoticesFailed of service publish-notices: Sum ≥ 1, 2 × 900 s, notBreaching',
    NoticesUnreadable: 'NoticesUnreadable of service publish-notices: Sum ≥ 1, 1 × 3600 s, notBreaching',
    BatchesGivenUp:
      'AWS/S3 PutRequests of BucketName FailedBatchesBucket, FilterId AllObjects: Sum ≥ 1, 1 × 3600 s, notBreaching',
    BatchesLost:
      'AWS/Lambda DestinationDeliveryFailures of FunctionName UsageTalliesAggregateUsage: Sum ≥ 1, 1 × 3600 s, notBreaching',
    LicenseEventsDelayed:
      'AWS/SQS ApproximateAgeOfOldestMessage of QueueName SubscriptionsQueue.QueueName: Maximum ≥ 360, 1 × 300 s, notBreaching',
    LicenseEventsDead:
      'AWS/SQS ApproximateNumberOfMessagesVisible of QueueName SubscriptionsDeadLetterQueue.QueueName: Maximum ≥ 1, 1 × 300 s, notBreaching',
    LicenseOfOtherAccount: 'LicenseEventsOfOtherAccount of service follow-agreement: Sum ≥ 1, 1 × 3600 s, notBreaching',
    PaymentRisk: 'PaymentRisks of service follow-agreement: Sum ≥ 1, 1 × 3600 s, notBreaching',
    EntitlementSweepsMissing: 'EntitlementSweeps of service refresh-entitlements: Sum < 1, 2 × 900 s, breaching',
    EntitlementsUnnamed: 'EntitlementsUnnamed of service refresh-entitlements: Sum ≥ 1, 1 × 3600 s, notBreaching',
    EntitlementsUnanswered:
      'EntitlementChecksUnanswered of service refresh-entitlements: Sum ≥ 1, 2 × 900 s, notBreaching',
    RegistrationsMisconfigured:
      'RegistrationsMisconfigured of service register-subscription: Sum ≥ 1, 1 × 3600 s, notBreaching',
    RegistrationsWithoutIdentity:
      'RegistrationsWithoutIdentity of service register-subscription: Sum ≥ 1, 1 × 3600 s, notBreaching',
    RegistrationsOfUnknownProduct:
      'RegistrationsOfUnknownProduct of service register-subscription: Sum ≥ 1, 1 × 3600 s, notBreaching',
    RegistrationsRefused: 'RegistrationsRefused of service register-subscription: Sum ≥ 1, 1 × 3600 s, notBreaching',
    RegistrationsOfOtherAccount:
      'RegistrationsOfOtherAccount of service register-subscription: Sum ≥ 1, 1 × 3600 s, notBreaching',
    RegistrationsPutOff: 'RegistrationsPutOff of service register-subscription: Sum ≥ 1, 2 × 900 s, notBreaching',
  },
};

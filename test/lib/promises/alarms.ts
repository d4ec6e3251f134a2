import type { Promised, Resource } from './promised';

const COMPARED: Record<string, string> = { GreaterThanOrEqualToThreshold: '≥', LessThanThreshold: '<' };

/** What it watches, from which value on, for how long, and what missing data means. */
function read({ Properties }: Resource): string | string[] {
  const { ComparisonOperator, Threshold, EvaluationPeriods, TreatMissingData } = Properties;
  const breach = `${COMPARED[ComparisonOperator]} ${Threshold}`;
  const periods = (seconds: number) => `${EvaluationPeriods} × ${seconds} s, ${TreatMissingData}`;
  if (Properties.Metrics === undefined)
    return `${metricOf(Properties)}: ${Properties.Statistic} ${breach}, ${periods(Properties.Period)}`;
  const [math, ...parts] = Properties.Metrics;
  const lines = parts.map(
    ({ Id, ReturnData, MetricStat: { Metric, Period, Stat } }: Record<string, ReturnType<typeof JSON.parse>>) =>
      `${Id}: ${Stat} of ${metricOf(Metric)} in ${Period} s${ReturnData === false ? '' : ', returned'}`,
  );
  const returned = math.ReturnData === true ? 'returned' : 'not returned';
  return [
    `${math.Id} ${math.Expression} ${breach}, ${EvaluationPeriods} ×, ${TreatMissingData}, ${returned}`,
    ...lines,
  ];
}

function metricOf({ Namespace, MetricName, Dimensions }: Resource['Properties']): string {
  const dimensions = Dimensions.map(({ Name, Value }: Record<string, string>) => `${Name} ${Value}`).join(', ');
  const where = Namespace === 'MarketplaceSaas/Saas' ? '' : `${Namespace} `;
  return `${where}${MetricName} of ${dimensions}`;
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
    CallsRefused: [
      'expr_1 IF(refused >= 4500, 100, IF(calls >= 100, 100 * refused / calls, 0)) ≥ 50, 1 ×, notBreaching, returned',
      'refused: Sum of AWS/ApiGateway 4xx of ApiId PublicApi in 900 s',
      'calls: Sum of AWS/ApiGateway Count of ApiId PublicApi in 900 s',
    ],
    FunctionsThrottled: [
      'expr_1 FILL(f0, 0) + FILL(f1, 0) + FILL(f2, 0) + FILL(f3, 0) + FILL(f4, 0) + FILL(f5, 0) + FILL(f6, 0) + FILL(f7, 0) + FILL(f8, 0) + FILL(f9, 0) ≥ 1, 2 ×, notBreaching, returned',
      'f0: Sum of AWS/Lambda Throttles of FunctionName RegistrationsRegisterSubscription in 900 s',
      'f1: Sum of AWS/Lambda Throttles of FunctionName RegistrationsCompleteRegistration in 900 s',
      'f2: Sum of AWS/Lambda Throttles of FunctionName RegistrationsExchangeRegistration in 900 s',
      'f3: Sum of AWS/Lambda Throttles of FunctionName SubscriptionsFollowAgreement in 900 s',
      'f4: Sum of AWS/Lambda Throttles of FunctionName EntitlementsRefreshEntitlements in 900 s',
      'f5: Sum of AWS/Lambda Throttles of FunctionName NoticesPublishNotices in 900 s',
      'f6: Sum of AWS/Lambda Throttles of FunctionName UsageEventsRecordUsage in 900 s',
      'f7: Sum of AWS/Lambda Throttles of FunctionName UsageTalliesAggregateUsage in 900 s',
      'f8: Sum of AWS/Lambda Throttles of FunctionName MeteringMeterUsage in 900 s',
      'f9: Sum of AWS/Lambda Throttles of FunctionName SubscriptionStatusDescribeSubscription in 900 s',
    ],
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

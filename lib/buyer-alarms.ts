import { Duration } from 'aws-cdk-lib';
import { FIVE_MINUTES, HOUR, QUARTER, type AlarmDesign, type AlarmSources } from './alarm-design';

/** Events of AWS Marketplace and entitlement checks. */
export function subscriptionAlarms({ metrics, queue, deadLetterQueue }: AlarmSources): AlarmDesign[] {
  return [
    {
      id: 'LicenseEventsDelayed',
      metric: queue.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES }),
      // Two attempts. SQS ignores a message in this metric once it was received more than three times.
      threshold: Duration.minutes(6).toSeconds(),
      says: 'An event from AWS Marketplace has waited six minutes. After ten attempts it goes to the dead-letter queue.',
    },
    {
      id: 'LicenseEventsDead',
      metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES }),
      says: 'Events from AWS Marketplace failed ten times: a subscription may not have started or ended. The dead-letter queue keeps them for 14 days.',
    },
    {
      id: 'LicenseOfOtherAccount',
      metric: metrics.metric('LicenseEventsOfOtherAccount', { period: HOUR }),
      says: 'AWS Marketplace reports a different account for a licence than the one the buyer registered with.',
    },
    {
      id: 'PaymentRisk',
      metric: metrics.metric('PaymentRisks', { period: HOUR }),
      says: "AWS Marketplace may not collect a buyer's money: a spend threshold was reached or not passed, or an advisory was issued.",
    },
    {
      id: 'EntitlementSweepsMissing',
      metric: metrics.metric('EntitlementSweeps', { period: QUARTER }),
      kind: 'heartbeat',
      periods: 2,
      says: 'No entitlement sweep has finished for half an hour.',
    },
    {
      id: 'EntitlementsUnnamed',
      metric: metrics.metric('EntitlementsUnnamed', { period: HOUR }),
      says: 'A contract gives an amount that the configuration does not name: it covers no usage, and all of it is billed.',
    },
    {
      id: 'EntitlementsUnanswered',
      metric: metrics.metric('EntitlementChecksUnanswered', { period: QUARTER }),
      periods: 2,
      says: 'AWS Marketplace has not answered entitlement checks for half an hour.',
    },
  ];
}

/** Buyers who cannot register. */
export function registrationAlarms({ metrics }: AlarmSources): AlarmDesign[] {
  return [
    {
      id: 'RegistrationsMisconfigured',
      metric: metrics.metric('RegistrationsMisconfigured', { period: HOUR }),
      says: 'AWS Marketplace refuses to resolve tokens for this account: no buyer can register.',
    },
    {
      id: 'RegistrationsWithoutIdentity',
      metric: metrics.metric('RegistrationsWithoutIdentity', { period: HOUR }),
      says: "AWS Marketplace did not identify the buyer as the product's identityMode requires: buyers cannot register.",
    },
    {
      id: 'RegistrationsOfUnknownProduct',
      metric: metrics.metric('RegistrationsOfUnknownProduct', { period: HOUR }),
      says: 'A buyer could not register because the product is not in the configuration.',
    },
    {
      id: 'RegistrationsRefused',
      metric: metrics.metric('RegistrationsRefused', { period: HOUR }),
      says: 'A buyer could not register because the licence is already stored for another account or product.',
    },
    {
      id: 'RegistrationsOfOtherAccount',
      metric: metrics.metric('RegistrationsOfOtherAccount', { period: HOUR }),
      says: 'A buyer registered with another account or product than the one that an earlier event of AWS Marketplace named.',
    },
    {
      id: 'RegistrationsPutOff',
      metric: metrics.metric('RegistrationsPutOff', { period: QUARTER }),
      periods: 2,
      says: 'AWS Marketplace has not resolved tokens for half an hour: buyers are asked to try again.',
    },
  ];
}

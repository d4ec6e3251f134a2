import { Duration } from 'aws-cdk-lib';
import { FIVE_MINUTES, HOUR, QUARTER, type AlarmDesign, type AlarmSources } from './alarm-design';

/** What AWS Marketplace says of subscriptions, and what we ask it about them. */
export function subscriptionAlarms({ metrics, queue, deadLetterQueue }: AlarmSources): AlarmDesign[] {
  return [
    {
      id: 'LicenseEventsDelayed',
      metric: queue.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES }),
      // Two tries. SQS leaves out of the age what has been received more than three times.
      threshold: Duration.minutes(6).toSeconds(),
      says: 'An event of AWS Marketplace has waited for six minutes; after ten tries it becomes a dead letter.',
    },
    {
      id: 'LicenseEventsDead',
      metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES }),
      says: 'Events of AWS Marketplace failed ten times: subscriptions may not have begun or ended. Kept for 14 days.',
    },
    {
      id: 'LicenseOfOtherAccount',
      metric: metrics.metric('LicenseEventsOfOtherAccount', { period: HOUR }),
      says: 'AWS Marketplace names another account for a licence than the buyer registered with.',
    },
    {
      id: 'EntitlementSweepsMissing',
      metric: metrics.metric('EntitlementSweeps', { period: QUARTER }),
      kind: 'heartbeat',
      periods: 2,
      says: 'For half an hour no check of entitlements has come to its end.',
    },
    {
      id: 'EntitlementsUnanswered',
      metric: metrics.metric('EntitlementChecksUnanswered', { period: QUARTER }),
      periods: 2,
      says: 'For half an hour AWS Marketplace has not answered what a contract entitles to.',
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
      says: "AWS Marketplace did not name the buyer the way the product's identityMode needs: buyers cannot register.",
    },
    {
      id: 'RegistrationsOfUnknownProduct',
      metric: metrics.metric('RegistrationsOfUnknownProduct', { period: HOUR }),
      says: 'A buyer of a product that is not in the configuration could not register.',
    },
    {
      id: 'RegistrationsRefused',
      metric: metrics.metric('RegistrationsRefused', { period: HOUR }),
      says: 'A buyer could not register, because the licence belongs to another account or product here.',
    },
    {
      id: 'RegistrationsPutOff',
      metric: metrics.metric('RegistrationsPutOff', { period: QUARTER }),
      periods: 2,
      says: 'For half an hour AWS Marketplace has not resolved tokens: buyers are asked to try again.',
    },
  ];
}

import { aggregateUsageEntrance } from './aggregate-usage';
import { completeRegistrationEntrance } from './complete-registration';
import { exchangeRegistrationEntrance } from './exchange-registration';
import { followAgreementEntrance } from './follow-agreement';
import { publishNoticesEntrance } from './publish-notices';
import { recordUsageEntrance } from './record-usage';
import { registerSubscriptionEntrance } from './register-subscription';

export const ENTRANCES = [
  registerSubscriptionEntrance,
  completeRegistrationEntrance,
  exchangeRegistrationEntrance,
  recordUsageEntrance,
  aggregateUsageEntrance,
  followAgreementEntrance,
  publishNoticesEntrance,
];

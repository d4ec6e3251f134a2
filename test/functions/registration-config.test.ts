import { describe, expect, it } from '@jest/globals';
import { loadConfig as loadCompleteRegistration } from '../../lambdas/complete-registration/config';
import { loadConfig as loadExchangeRegistration } from '../../lambdas/exchange-registration/config';
import { loadConfig as loadFollowAgreement } from '../../lambdas/follow-agreement/config';
import { loadConfig as loadPublishNotices } from '../../lambdas/publish-notices/config';
import { loadConfig as loadRegisterSubscription } from '../../lambdas/register-subscription/config';
import { aSellerConfiguration } from '../builders/a-seller-configuration';

const configuration = aSellerConfiguration();
const environment = {
  SUBSCRIPTIONS_TABLE_NAME: 'subscriptions',
  REGISTRATIONS_TABLE_NAME: 'registrations',
  NOTICES_TABLE_NAME: 'notices',
  EVENT_BUS_NAME: 'bus',
  SELLER_CONFIGURATION: JSON.stringify(configuration),
};

describe.each([
  ['register-subscription', loadRegisterSubscription, ['SUBSCRIPTIONS', 'REGISTRATIONS', 'NOTICES', 'SELLER']],
  ['complete-registration', loadCompleteRegistration, ['SUBSCRIPTIONS', 'REGISTRATIONS', 'NOTICES', 'SELLER']],
  ['exchange-registration', loadExchangeRegistration, ['SUBSCRIPTIONS', 'REGISTRATIONS']],
  ['follow-agreement', loadFollowAgreement, ['SUBSCRIPTIONS', 'NOTICES', 'SELLER']],
  ['publish-notices', loadPublishNotices, ['EVENT_BUS']],
] as const)('the configuration of %s', (_verb, loadConfig, needed) => {
  it('is read from the environment', () => {
    expect(loadConfig(environment)).toBeDefined();
  });

  it('fails with every missing variable in one error', () => {
    const allNamed = new RegExp(needed.map((name) => `(?=[^]*${name}_)`).join(''));
    expect(() => loadConfig({})).toThrow(allNamed);
  });
});

describe('the configuration of the seller', () => {
  it('is read as the stack was given it', () => {
    expect(loadRegisterSubscription(environment).SELLER_CONFIGURATION).toEqual(configuration);
  });

  it('fails with its own explanation when it is invalid', () => {
    const wrong = { ...environment, SELLER_CONFIGURATION: '{"products":[]}' };
    expect(() => loadRegisterSubscription(wrong)).toThrow(/support/);
  });
});

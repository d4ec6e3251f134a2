import { TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { grantMarketplaceAction } from './marketplace-actions';
import { MarketplaceFunction, type FunctionSettings } from './marketplace-function';
import { MarketplaceTable } from './marketplace-table';
import type { Metering } from './metering';
import type { Subscriptions } from './subscriptions';

export interface RegistrationsProps {
  readonly settings: FunctionSettings;
  readonly subscriptions: MarketplaceTable<'subscriptions'>;
  readonly notices: MarketplaceTable<'notices'>;
}

/** Registers buyers who arrive from AWS Marketplace. Its table holds the only personal data and is encrypted with KMS. */
export class Registrations extends Construct {
  readonly table: MarketplaceTable<'registrations'>;
  readonly registerSubscription: MarketplaceFunction<'register-subscription'>;
  readonly completeRegistration: MarketplaceFunction<'complete-registration'>;
  readonly exchangeRegistration: MarketplaceFunction<'exchange-registration'>;

  readonly #retains: boolean;

  constructor(scope: Construct, id: string, props: RegistrationsProps) {
    super(scope, id);
    this.#retains = props.settings.configuration.registration.contactRetentionDays !== undefined;
    this.table = new MarketplaceTable(this, 'Table', {
      design: 'registrations',
      encryption: TableEncryption.AWS_MANAGED,
    });
    this.registerSubscription = this.#registerSubscription(props);
    this.completeRegistration = this.#completeRegistration(props);
    this.exchangeRegistration = this.#exchangeRegistration(props);
  }

  /**
   * Lets the functions that end subscriptions, or begin them again, set and remove the expiry of the customer's contacts.
   * They find the customer's other subscriptions through an index. Without `contactRetentionDays` it grants nothing.
   */
  retainContacts(
    { table: subscriptions, followAgreement }: Pick<Subscriptions, 'table' | 'followAgreement'>,
    { meterUsage }: Pick<Metering, 'meterUsage'>,
  ): void {
    if (!this.#retains) return;
    for (const fn of [this.registerSubscription, followAgreement, meterUsage]) {
      fn.addVariables({ REGISTRATIONS_TABLE_NAME: this.table.grantActions(fn, 'BatchGetItem', 'UpdateItem') });
      subscriptions.grantIndexQuery(fn, 'byAccount');
    }
  }

  #registerSubscription({
    settings,
    subscriptions,
    notices,
  }: RegistrationsProps): MarketplaceFunction<'register-subscription'> {
    const fn = new MarketplaceFunction(this, 'RegisterSubscription', { ...settings, name: 'register-subscription' });
    grantMarketplaceAction(fn, 'ResolveCustomer');
    fn.addVariables({
      REGISTRATIONS_TABLE_NAME: this.table.grantActionsOn(['session#*', 'code#*'], fn, 'PutItem'),
      SUBSCRIPTIONS_TABLE_NAME: subscriptions.grantActions(
        fn,
        'BatchGetItem',
        'GetItem',
        'PutItem',
        'Query',
        'UpdateItem',
      ),
      NOTICES_TABLE_NAME: notices.grantActions(fn, 'PutItem'),
    });
    return fn;
  }

  #completeRegistration({
    settings,
    subscriptions,
    notices,
  }: RegistrationsProps): MarketplaceFunction<'complete-registration'> {
    const fn = new MarketplaceFunction(this, 'CompleteRegistration', { ...settings, name: 'complete-registration' });
    fn.addVariables({
      REGISTRATIONS_TABLE_NAME: this.table.grantActions(fn, 'GetItem', 'PutItem'),
      SUBSCRIPTIONS_TABLE_NAME: subscriptions.grantActions(fn, 'BatchGetItem', 'UpdateItem'),
      NOTICES_TABLE_NAME: notices.grantActions(fn, 'PutItem'),
    });
    return fn;
  }

  #exchangeRegistration({ settings, subscriptions }: RegistrationsProps): MarketplaceFunction<'exchange-registration'> {
    const fn = new MarketplaceFunction(this, 'ExchangeRegistration', { ...settings, name: 'exchange-registration' });
    fn.addVariables({
      // One-time codes: not the contacts, and not the sessions of buyers.
      REGISTRATIONS_TABLE_NAME: this.table.grantActionsOn(['code#*'], fn, 'GetItem', 'UpdateItem'),
      SUBSCRIPTIONS_TABLE_NAME: subscriptions.grantActions(fn, 'BatchGetItem'),
    });
    return fn;
  }
}

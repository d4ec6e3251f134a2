import type { BrowserFunctionConfig } from '../shared/runtime/function-config';
import { httpFunction, type HttpFunction } from '../shared/runtime/http-chain';
import { errorPage } from '../shared/runtime/http-page';
import { sellerSite } from '../shared/runtime/seller-site';
import type { Ports } from '../shared/runtime/ports';
import { sha256Hex } from '../shared/runtime/secrets';
import { DynamoDbAgreementDetailsReader } from '../shared/stores/agreement-details';
import { DynamoDbEntitlementReader } from '../shared/stores/entitlements';
import { DynamoDbAdmissions, DynamoDbContacts } from '../shared/stores/registrations';
import { DynamoDbSubscriptionReader } from '../shared/stores/subscriptions-dynamodb';
import { completeRegistration, type CompleteRegistrationDeps } from './complete-registration';

export type CompleteRegistrationPorts = Ports<'complete-registration'>;
type Config = BrowserFunctionConfig<'complete-registration'>;

function createDependencies(
  { client, sleep, clock, logger }: CompleteRegistrationPorts,
  { tables, configuration, pages }: Config,
): CompleteRegistrationDeps {
  const database = { client, tables, sleep };
  return {
    configuration,
    site: sellerSite(configuration.support, pages),
    sessions: new DynamoDbAdmissions(database),
    contacts: new DynamoDbContacts(database),
    subscriptions: new DynamoDbSubscriptionReader(database),
    entitlements: new DynamoDbEntitlementReader(database),
    ...(configuration.agreementDetails && { agreementDetails: new DynamoDbAgreementDetailsReader(database) }),
    clock,
    sha256Hex,
    logger,
  };
}

export function createHandler(ports: CompleteRegistrationPorts, config: Config): HttpFunction {
  const deps = createDependencies(ports, config);
  const chain = { ...ports, renderError: errorPage(deps.site), frontDoorSecret: config.frontDoorSecret };
  return httpFunction((request) => completeRegistration(request, deps), chain);
}

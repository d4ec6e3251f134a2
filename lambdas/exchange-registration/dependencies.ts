import type { FunctionConfig } from '../shared/runtime/function-config';
import { httpFunction, type HttpFunction } from '../shared/runtime/http-chain';
import type { Ports } from '../shared/runtime/ports';
import { sha256Hex } from '../shared/runtime/secrets';
import { DynamoDbAdmissions } from '../shared/stores/registrations';
import { DynamoDbSubscriptionReader } from '../shared/stores/subscriptions-dynamodb';
import { exchangeRegistration, type ExchangeRegistrationDeps } from './exchange-registration';

export type ExchangeRegistrationPorts = Ports<'exchange-registration'>;
type Config = Pick<FunctionConfig<'exchange-registration'>, 'tables'>;

function createDependencies(
  { client, sleep, clock, logger }: ExchangeRegistrationPorts,
  { tables }: Config,
): ExchangeRegistrationDeps {
  const database = { client, tables, sleep };
  return {
    codes: new DynamoDbAdmissions(database),
    subscriptions: new DynamoDbSubscriptionReader(database),
    clock,
    sha256Hex,
    logger,
  };
}

export function createHandler(ports: ExchangeRegistrationPorts, config: Config): HttpFunction {
  const deps = createDependencies(ports, config);
  return httpFunction((request) => exchangeRegistration(request, deps), ports);
}

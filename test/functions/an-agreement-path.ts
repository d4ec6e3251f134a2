import type { Context } from 'aws-lambda';
import { followAgreement } from '../../lambdas/follow-agreement/follow-agreement';
import { createDependencies as createFollower } from '../../lambdas/follow-agreement/dependencies';
import { createHandler as createRegistration } from '../../lambdas/register-subscription/dependencies';
import { newSecret } from '../../lambdas/shared/runtime/secrets';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { aSellerConfiguration, LEGACY_PRODUCT, LICENSE_PRODUCT } from '../../proofs/stand-ins/a-seller';
import { memoryPorts } from '../../proofs/stand-ins/function-ports';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { inProcessMeteringClient, Marketplace, SimulatedClock, type EventBridgeEvent } from '../../simulator';
import { anHttpApiEvent } from '../builders/an-http-request';

const NOW_MS = Date.parse('2026-11-02T10:00:00Z');
const HEADERS = { 'content-type': 'application/x-www-form-urlencoded' };

/** AWS Marketplace with one buyer, and the two functions that know of agreements, on tables in memory. */
export function givenAgreement({ older = false, singleUse = false } = {}) {
  const clock = new SimulatedClock({ standsAtMs: NOW_MS });
  const options = { tokenUse: singleUse ? 'singleUse' : 'repeatable' } as const;
  const marketplace = new Marketplace({ clock, options });
  const productCode = older ? LEGACY_PRODUCT : LICENSE_PRODUCT;
  const identityMode = older ? 'legacy' : 'license';
  const dimensions = ['requests'];
  marketplace.addProduct({ productCode, name: 'Example', identityMode, pricingModel: 'subscription', dimensions });
  const { offerId } = marketplace.publicOffer(productCode);
  const { accountId } = marketplace.addBuyer();
  const agreement = marketplace.subscribe({ accountId, offerId, endsAtMs: NOW_MS + 90 * 86_400_000, autoRenew: true });
  const tables = new MemoryTables();
  const sleeps: number[] = [];
  const sleep = async (milliseconds: number) => void sleeps.push(milliseconds);
  const ports = { ...memoryPorts(tables, { nowMs: NOW_MS }), clock, sleep };
  const configuration = aSellerConfiguration();
  const follower = createFollower(ports, { tables: TABLE_NAMES, configuration });
  const registration = inProcessMeteringClient(marketplace);
  const run = createRegistration({ ...ports, registration, newSecret }, { tables: TABLE_NAMES, configuration });
  let token = '';
  const register = ({ again = false, agreementId = agreement.agreementId } = {}) => {
    if (!again) ({ token } = marketplace.issueToken(agreementId));
    const body = new URLSearchParams({ 'x-amzn-marketplace-token': token }).toString();
    return run(anHttpApiEvent({ headers: HEADERS, body }, 'POST'), { awsRequestId: 'lambda-1' } as Context);
  };
  const take = (event: EventBridgeEvent) => followAgreement(event, follower);
  /** The events published since the last call, in order. */
  let seen = 0;
  const published = () => marketplace.events().slice(seen, (seen = marketplace.events().length));
  return { ...ports, marketplace, agreement, tables, register, token: () => token, take, published, sleeps };
}

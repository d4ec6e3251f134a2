import type { Product } from '../../lambdas/shared/contract/seller-configuration';
import type { Ops } from '../command';
import { OperatorError } from '../errors';
import type { Installation } from '../installation/installation';
import { findStuck } from '../stuck/find-stuck';
import { AwsApi } from './aws-api';
import { checkAccount, checkClock, checkRegion, type Accounts } from './checks/account';
import { checkConfiguration, checkTemplate } from './checks/deployment';
import { certificateNotChecked, checkCertificate, checkEntrance } from './checks/entrance';
import { checkAlarms, checkConcurrency, checkStuck, checkSubscriber, concurrencyNeeded } from './checks/health';
import { checkListing, type Listing } from './checks/listing';
import { checkPermissions } from './checks/permissions';
import {
  checkEventsRule,
  checkMappings,
  checkQueuePolicies,
  checkQueues,
  checkSchedules,
  checkTopics,
} from './checks/wiring';
import { notChecked, type Finding } from './finding';
import { attempt, read, unavailable, type Reading } from './reading';
import * as account from './reads/account';
import { readEntrance } from './reads/entrance';
import { readListings } from './reads/listings';
import { readDifferences } from './reads/template';
import { readMappings, readQueues, readRules, readSubscriptions } from './reads/wiring';

export interface Examination {
  /** The folder that `cdk synth` wrote. */
  assembly: string;
  /** The clock of this machine. */
  machineNow(): number;
  /** When the certificate of an address ends, in epoch milliseconds. */
  certificateEnd(url: string): Promise<number>;
}

/** How late work may be before it is stuck, as in `stuck`. */
const STUCK_MINUTES = 30;

const LOCAL = {
  credentials: 'Any credentials open the local stack.',
  template: '`npm start` itself notices a template that is older than its sources.',
  certificate: 'The local stack answers without TLS.',
  policies: 'The local stack delivers without policies.',
  topics: 'The local stack delivers the notifications of all topics of its template.',
  concurrency: 'This machine has no such limit.',
  clock: "The local stack's clock is simulated.",
  subscriber: 'The local stack tells nobody of its alarms.',
};

/** Checks an installation. It only reads. The findings are in the order in which somebody should mend them. */
export async function examine(ops: Ops, { assembly, machineNow, certificateEnd }: Examination): Promise<Finding[]> {
  const { installation } = ops;
  const api = new AwsApi(installation);
  const products = deployedProducts(ops);
  const [accountFindings, deployment, entrance, wiring, health] = await Promise.all([
    examineAccount({ installation, api, machineNow, products: products.list }),
    examineTemplate({ installation, api, assembly }),
    examineEntrance(installation, certificateEnd),
    examineWiring({ installation, api, products: products.list }),
    examineHealth(ops),
  ]);
  return [
    ...accountFindings.own,
    checkConfiguration(products.problem),
    ...deployment,
    ...entrance,
    ...wiring,
    ...accountFindings.listings,
    ...(await examinePermissions(installation, api)),
    ...health,
  ];
}

function deployedProducts({ configuration }: Ops): { list: readonly Product[]; problem: string | undefined } {
  try {
    return { list: configuration().products, problem: undefined };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { list: [], problem: error.message };
  }
}

interface Given {
  installation: Installation;
  api: AwsApi;
  products: readonly Product[];
}

async function examineAccount({ installation, api, products, machineNow }: Given & Pick<Examination, 'machineNow'>) {
  const { region, local, outputs } = installation;
  const listings = await readListings(api, products);
  const caller = local
    ? unavailable(LOCAL.credentials)
    : await attempt('sts:GetCallerIdentity', () => account.readCaller(api, region));
  const awsMs = api.awsTimeMs;
  const clock =
    awsMs === undefined ? unavailable('AWS did not say what time it is.') : read({ awsMs, machineMs: machineNow() });
  return {
    own: [
      ...checkAccount(accountsOf(caller, { installation, listings: [...listings.values()] })),
      checkRegion(region),
      ...checkClock(local ? unavailable(LOCAL.clock) : clock),
    ],
    listings:
      products.length === 0
        ? [notChecked('listings', 'Without the deployed configuration there is nothing to compare.')]
        : products.flatMap((product) =>
            checkListing(product, listings.get(product.productCode) ?? read(undefined), outputs.RegistrationUrl),
          ),
  };
}

function accountsOf(
  caller: Reading<string>,
  { installation, listings }: { installation: Installation; listings: readonly Reading<Listing | undefined>[] },
): Reading<Accounts> {
  if (caller.is !== 'read') return caller;
  const owners = listings.flatMap((each) => (each.is === 'read' ? (each.value?.account ?? []) : []));
  return read({ caller: caller.value, stack: account.stackAccount(installation), listings: [...new Set(owners)] });
}

async function examineTemplate({ installation, api, assembly }: Omit<Given, 'products'> & { assembly: string }) {
  const { stack, region } = installation;
  if (stack === undefined) return checkTemplate(unavailable(LOCAL.template));
  return checkTemplate(
    await attempt('cloudformation:GetTemplate', async () => readDifferences(api, { stack, region, assembly })),
  );
}

async function examineEntrance(
  { outputs, local, clock }: Installation,
  certificateEnd: Examination['certificateEnd'],
): Promise<Finding[]> {
  const url = outputs.RegistrationUrl ?? '';
  const entrance = await attempt(undefined, () => readEntrance(url));
  if (local) return [...checkEntrance(entrance), certificateNotChecked(LOCAL.certificate)];
  if (entrance.is !== 'read') return checkEntrance(entrance);
  const validUntil = await attempt(undefined, () => certificateEnd(url));
  return [...checkEntrance(entrance), ...checkCertificate(url, { validUntil, nowMs: clock.now() })];
}

async function examineWiring({ installation, api, products }: Given): Promise<Finding[]> {
  const { local } = installation;
  const [rules, queues, mappings, subscriptions, concurrency] = await Promise.all([
    attempt('events:DescribeRule or events:ListTargetsByRule', () => readRules(installation)),
    attempt('sqs:GetQueueAttributes', () => readQueues(installation)),
    attempt('lambda:GetEventSourceMapping', () => readMappings(installation, api)),
    local
      ? unavailable(LOCAL.topics)
      : attempt('sns:GetSubscriptionAttributes', () => readSubscriptions(installation, api)),
    local
      ? unavailable(LOCAL.concurrency)
      : attempt('lambda:GetAccountSettings', () => account.readConcurrency(api, installation.region)),
  ]);
  const known = rules.is === 'read' ? rules.value : [];
  const arns = queues.is === 'read' ? queues.value.map(({ arn }) => arn) : [];
  const targets = known.filter(({ isSchedule }) => !isSchedule).flatMap((rule) => rule.targets);
  const topics = topicsOf(products);
  const needed = concurrencyNeeded({
    schedules: known.filter(({ isSchedule }) => isSchedule).length,
    mappings: mappings.is === 'read' ? mappings.value.length : 0,
  });
  return [
    ...checkEventsRule(rules.is === 'read' ? read({ rules: rules.value, queueArns: arns }) : rules),
    ...checkQueues(queues),
    ...checkQueuePolicies(local ? unavailable(LOCAL.policies) : queues, { targets, needsTopics: topics > 0 }),
    ...checkMappings(mappings),
    ...checkSchedules(rules),
    ...checkTopics(subscriptions, topics),
    ...checkConcurrency(concurrency, needed),
  ];
}

/** Only older products have topics, those with contracts two. */
function topicsOf(products: readonly Product[]): number {
  const legacy = products.filter(({ identityMode }) => identityMode === 'legacy');
  return legacy.length + legacy.filter(({ pricingModel }) => pricingModel !== 'subscription').length;
}

async function examinePermissions(installation: Installation, api: AwsApi): Promise<Finding[]> {
  const { local, functions, resources } = installation;
  const seller = account.stackAccount(installation) ?? '';
  return checkPermissions(
    await attempt('iam:SimulatePrincipalPolicy', () =>
      local ? account.readDeniedLocally(functions, local.url) : account.readDenied(api, { resources, account: seller }),
    ),
  );
}

async function examineHealth(ops: Ops): Promise<Finding[]> {
  const { installation } = ops;
  const api = new AwsApi(installation);
  const [subscribers, alarms, stuck] = await Promise.all([
    installation.local
      ? unavailable(LOCAL.subscriber)
      : attempt('sns:GetTopicAttributes', () => account.readSubscribers(api, installation)),
    attempt('cloudwatch:DescribeAlarms', () => installation.observation.alarmsThatAreOn()),
    attempt('to look, as `stuck` needs it', () => findStuck(ops, STUCK_MINUTES)),
  ]);
  const counts =
    stuck.is === 'read'
      ? read({
          hours: stuck.value.hours.length,
          deadLetterQueues: stuck.value.deadLetters.length,
          streamBatches: stuck.value.batches.length,
          endings: stuck.value.endings.length,
        })
      : stuck;
  return [...checkSubscriber(subscribers), ...checkAlarms(alarms), ...checkStuck(counts)];
}

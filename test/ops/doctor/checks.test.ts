import { describe, expect, it } from 'vitest';
import type { SellerConfiguration } from '../../../lambdas/shared/contract/written-configuration';
import { parseSellerConfiguration, type Product } from '../../../lambdas/shared/contract/seller-configuration';
import { checkAccount, checkClock, checkRegion } from '../../../ops/doctor/checks/account';
import { checkConfiguration, checkTemplate, differingResources } from '../../../ops/doctor/checks/deployment';
import { checkCertificate, checkEntrance } from '../../../ops/doctor/checks/entrance';
import {
  checkAlarms,
  checkConcurrency,
  checkStuck,
  checkSubscriber,
  concurrencyNeeded,
} from '../../../ops/doctor/checks/health';
import { checkListing, type Listing } from '../../../ops/doctor/checks/listing';
import { checkPermissions } from '../../../ops/doctor/checks/permissions';
import {
  checkEventsRule,
  checkMappings,
  checkQueuePolicies,
  checkQueues,
  checkSchedules,
  checkTopics,
} from '../../../ops/doctor/checks/wiring';
import type { Finding } from '../../../ops/doctor/finding';
import { attempt, read, unavailable, type Reading } from '../../../ops/doctor/reading';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const unreadable: Reading<never> = { is: 'unreadable', why: 'ENOTFOUND' };

const accounts = { caller: '111122223333', stack: '111122223333', listings: ['111122223333'] };
const page = { status: 200, type: 'text/html' };
const entrance = { url: 'https://e.example/register', get: page, post: { status: 400, type: 'text/html' } };
const rule = { name: 'Events', isEnabled: true, isSchedule: false, targets: ['arn:queue'] };
const schedule = { name: 'EveryHour', isEnabled: true, isSchedule: true, targets: ['arn:function'] };
const policyOf = (Effect: string, Service = 'events.amazonaws.com') =>
  JSON.stringify({ Statement: [{ Effect, Principal: { Service }, Action: ['sqs:GetQueueUrl', 'sqs:SendMessage'] }] });
const queue = { name: 'Queue', arn: 'arn:queue', policy: policyOf('Allow'), sourceArn: undefined };
const deadLetters = { name: 'Dead', arn: 'arn:dead', policy: '{}', sourceArn: 'arn:queue' };
const mapping = { name: 'Stream', state: 'Enabled' };
const topic = { name: 'Topic', isConfirmed: true, endpoint: 'arn:queue' };
const alarm = {
  name: 'HoursWaiting',
  since: '2026-11-28T10:00:00.000Z',
  description: 'See docs/runbook.md#hours-failing',
};
const nothing = { hours: 0, deadLetterQueues: 0, streamBatches: 0, endings: 0 };
const queues = { targets: ['arn:queue'], needsTopics: false };
const certificate = (days: number) => ({ validUntil: read(days * DAY_MS), nowMs: 0 });

const statusOf = (findings: Finding | Finding[]) => [findings].flat().map(({ status }) => status);

describe('a check', () => {
  it.each<[string, Finding | Finding[], Finding['status']]>([
    ['credentials of the account of stack and listing', checkAccount(read(accounts)), 'ok'],
    ['credentials of another account', checkAccount(read({ ...accounts, caller: '444455556666' })), 'failed'],
    ['a stack outside the account of the listing', checkAccount(read({ ...accounts, listings: ['4'] })), 'failed'],
    ['credentials when no listing could be read', checkAccount(read({ ...accounts, listings: [] })), 'ok'],
    ['a stack in us-east-1', checkRegion('us-east-1'), 'ok'],
    ['a stack in another region', checkRegion('eu-west-1'), 'failed'],
    ['a clock that is right', checkClock(read({ awsMs: 0, machineMs: MINUTE_MS })), 'ok'],
    ['a clock that is fast by a minute', checkClock(read({ awsMs: 0, machineMs: MINUTE_MS + 1 })), 'attention'],
    ['a clock that is slow by a minute', checkClock(read({ awsMs: MINUTE_MS + 1, machineMs: 0 })), 'attention'],
    ['a clock with which signatures fail', checkClock(read({ awsMs: 0, machineMs: 5 * MINUTE_MS })), 'failed'],
    ['the deployed configuration', checkConfiguration(undefined), 'ok'],
    ['another configuration', checkConfiguration('It differs.'), 'failed'],
    ['the synthesized template', checkTemplate(read({ differing: [] })), 'ok'],
    ['another template', checkTemplate(read({ differing: ['A', 'B', 'C', 'D'] })), 'attention'],
    ['a certificate for weeks', checkCertificate('https://e.example', certificate(15)), 'ok'],
    ['a certificate that ends', checkCertificate('https://e.example', certificate(13)), 'attention'],
    ['an address without TLS', checkCertificate('http://e.example', certificate(99)), 'failed'],
    [
      'a rule that leads to the queue',
      checkEventsRule(read({ rules: [schedule, rule], queueArns: ['arn:queue'] })),
      'ok',
    ],
    ['no rule for events', checkEventsRule(read({ rules: [schedule], queueArns: ['arn:queue'] })), 'failed'],
    [
      'a disabled rule for events',
      checkEventsRule(read({ rules: [{ ...rule, isEnabled: false }], queueArns: ['arn:queue'] })),
      'failed',
    ],
    ['a rule that leads elsewhere', checkEventsRule(read({ rules: [rule], queueArns: ['arn:other'] })), 'failed'],
    ['enabled schedules', checkSchedules(read([rule, schedule])), 'ok'],
    ['a disabled schedule', checkSchedules(read([rule, { ...schedule, isEnabled: false }])), 'failed'],
    ['queues with a dead-letter queue', checkQueues(read([queue, deadLetters])), 'ok'],
    ['queues without a dead-letter queue', checkQueues(read([queue])), 'failed'],
    ['a policy that lets events in', checkQueuePolicies(read([queue, deadLetters]), queues), 'ok'],
    ['a policy that denies', checkQueuePolicies(read([{ ...queue, policy: policyOf('Deny') }]), queues), 'failed'],
    ['no policy', checkQueuePolicies(read([{ ...queue, policy: undefined }]), queues), 'failed'],
    ['a policy without the topics', checkQueuePolicies(read([queue]), { ...queues, needsTopics: true }), 'failed'],
    ['no queue with a rule', checkQueuePolicies(read([queue]), { ...queues, targets: [] }), 'notChecked'],
    ['enabled mappings', checkMappings(read([mapping])), 'ok'],
    ['a disabled mapping', checkMappings(read([mapping, { ...mapping, state: 'Disabled' }])), 'failed'],
    ['no older products', checkTopics(unreadable, 0), 'ok'],
    ['all topics', checkTopics(read([topic, topic]), 2), 'ok'],
    ['too few topics', checkTopics(read([topic]), 2), 'failed'],
    ['an unconfirmed topic', checkTopics(read([{ ...topic, isConfirmed: false }]), 1), 'attention'],
    ['roles that may call', checkPermissions(read([])), 'ok'],
    ['a role that may not call', checkPermissions(read([{ function: 'MeterUsage', action: 'a:B' }])), 'failed'],
    ['enough concurrency', checkConcurrency(read({ unreserved: 25 }), 25), 'ok'],
    ['too little concurrency', checkConcurrency(read({ unreserved: 24 }), 25), 'attention'],
    ['a confirmed subscriber', checkSubscriber(read({ confirmed: 1, pending: 1 })), 'ok'],
    ['a subscriber that has not confirmed', checkSubscriber(read({ confirmed: 0, pending: 1 })), 'attention'],
    ['no subscriber', checkSubscriber(read({ confirmed: 0, pending: 0 })), 'attention'],
    ['no alarm', checkAlarms(read([])), 'ok'],
    ['an alarm', checkAlarms(read([alarm])), 'attention'],
    ['nothing stuck', checkStuck(read(nothing)), 'ok'],
    ['a stuck ending', checkStuck(read({ ...nothing, endings: 1 })), 'failed'],
    ['what nobody can read here', checkMappings(unavailable('No permission.')), 'notChecked'],
    ['what could not be read', checkMappings(unreadable), 'attention'],
  ])('of %s says so', (_what, findings, status) => {
    expect(statusOf(findings)).toEqual([status]);
  });

  it.each([
    ['as it should', entrance, ['ok', 'ok']],
    ['with an error', { ...entrance, get: { status: 503, type: 'application/json' } }, ['failed', 'ok']],
    ['to a form with a page that is no refusal', { ...entrance, post: page }, ['ok', 'failed']],
  ])('says whether the registration URL answers %s', (_how, answers, statuses) => {
    expect(statusOf(checkEntrance(read(answers)))).toEqual(statuses);
  });

  it('fails when the registration URL does not answer at all', () => {
    expect(statusOf(checkEntrance(unreadable))).toEqual(['failed']);
  });

  it('leads from an alarm to its section of the runbook', () => {
    expect(checkAlarms(read([alarm]))[0]?.see).toBe('docs/runbook.md#hours-failing');
  });

  it('names three resources that differ, and the number of the others', () => {
    expect(checkTemplate(read({ differing: ['A', 'B', 'C', 'D'] }))[0]?.says).toContain('in A, B, C and 1 more');
    const differing = differingResources({ a: 1, b: 2 }, { b: 3, c: 4 }, Object.is);
    expect(differing).toEqual(['a', 'b', 'c']);
  });

  it('needs more than the ten invocations of a new account', () => {
    expect(concurrencyNeeded({ schedules: 3, mappings: 6 })).toBe(25);
  });
});

describe('reading', () => {
  it('tells a missing permission from other errors', async () => {
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    expect(await attempt('a:B', () => Promise.reject(denied))).toEqual({
      is: 'unavailable',
      why: 'These credentials lack the permission a:B.',
    });
    expect(await attempt('a:B', () => Promise.reject(new Error('no')))).toEqual({ is: 'unreadable', why: 'no' });
    expect(await attempt('a:B', async () => 7)).toEqual({ is: 'read', value: 7 });
  });
});

describe('the check of a listing', () => {
  const aProduct = (product: Partial<SellerConfiguration['products'][number]> = {}): Product => {
    const plain = {
      productCode: 'code',
      name: 'A product',
      pricingModel: 'subscription' as const,
      dimensions: [{ apiName: 'events', unit: 'event' }],
    };
    const support = { email: 'support@example.com' };
    const [parsed] = parseSellerConfiguration({ products: [{ ...plain, ...product }], support }).products;
    if (parsed === undefined) throw new Error('unreachable');
    return parsed;
  };
  const netted = aProduct({
    pricingModel: 'contractWithConsumption',
    contractPeriod: { kind: 'calendarMonth' },
    dimensions: [
      { apiName: 'events', unit: 'event', coveredBy: 'included' },
      { apiName: 'included', unit: 'event', coveredBy: null },
      { apiName: 'seats', unit: 'seat', coveredBy: 'seats' },
    ],
  });
  const aListing = (listing: Partial<Listing> = {}): Listing => ({
    account: '1',
    productId: 'prod-a',
    productCode: 'code',
    dimensions: [{ key: 'events', types: ['Metered', 'ExternallyMetered'] }],
    fulfilmentUrls: ['https://e.example/register'],
    ...listing,
  });
  const check = (product: Product, listing: Listing | undefined) =>
    checkListing(product, read(listing), 'https://e.example/register/').map(({ status, says }) => `${status}: ${says}`);

  it('passes a listing with the code, the dimensions and their types', () => {
    expect(check(aProduct(), aListing())).toEqual(['ok: The code and 1 dimension with the types agree.']);
    const both = ['Entitled', 'ExternallyMetered'];
    const dimensions = [
      { key: 'events', types: ['ExternallyMetered'] },
      { key: 'included', types: ['Entitled'] },
      { key: 'seats', types: both },
    ];
    expect(check(netted, aListing({ dimensions }))).toEqual([expect.stringMatching(/^ok: /)]);
  });

  it.each<[string, { product: Product; listing: Listing | undefined }, string]>([
    [
      'no listing with the code',
      { product: aProduct(), listing: undefined },
      'failed: The account has no SaaS product',
    ],
    [
      'another code',
      { product: aProduct(), listing: aListing({ productCode: 'Code' }) },
      'failed: The code of prod-a is Code.',
    ],
    [
      'a dimension in another case',
      { product: aProduct(), listing: aListing({ dimensions: [{ key: 'Events', types: ['ExternallyMetered'] }] }) },
      'failed: The listing has no dimension events.',
    ],
    [
      'a dimension of another type',
      { product: aProduct(), listing: aListing({ dimensions: [{ key: 'events', types: ['Entitled'] }] }) },
      'failed: In the listing events is Entitled and not ExternallyMetered.',
    ],
    [
      'a dimension that is metered only',
      {
        product: netted,
        listing: aListing({
          dimensions: ['events', 'included', 'seats'].map((key) => ({ key, types: ['ExternallyMetered'] })),
        }),
      },
      'failed: In the listing included is ExternallyMetered and not Entitled; seats is ExternallyMetered and not Entitled.',
    ],
    [
      'a dimension that the configuration lacks',
      {
        product: aProduct(),
        listing: aListing({ dimensions: [...aListing().dimensions, { key: 'more', types: ['ExternallyMetered'] }] }),
      },
      'attention: The configuration lacks more',
    ],
    [
      'another fulfilment URL',
      { product: aProduct(), listing: aListing({ fulfilmentUrls: ['https://old.example'] }) },
      'attention: Its fulfilment URL is https://old.example and not',
    ],
  ])('finds %s', (_what, { product, listing }, finding) => {
    const [first = ''] = check(product, listing);
    expect(first).toContain(finding);
  });
});

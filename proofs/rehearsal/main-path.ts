import { hourOf, HOUR_MS, hourStartMs } from '../../lambdas/shared/domain/hour';
import type { RunningMarketplace } from '../../simulator';
import { Buyer } from '../actors/buyer';
import type { SellerApplication } from '../actors/seller-application';
import { AgreementEvents } from './agreement-events';
import type { AwsAccount } from './aws-account';
import type { StackOutputs } from './cdk-cli';
import { createApplication, strangersAnswers } from './deployed-application';
import { processTerminal } from '../../ops/output/terminal';
import { runTheHour } from './hourly-run';
import type { Stages } from './stages';
import { billTable, UsageAccount, type ReportedEvent } from './usage-account';

export interface Rehearsal {
  stages: Stages;
  account: AwsAccount;
  marketplace: RunningMarketplace;
  outputs: StackOutputs;
  productCode: string;
}

interface Registered {
  buyer: Buyer;
  application: SellerApplication;
  subscriptionId: string;
}

/** The deployed functions live in real time. They bill now only the usage of hours that are over. */
const SUBSCRIBED_HOURS_AGO = 4;
const USED_HOURS_AGO = 3;
const USED_LATER_HOURS_AGO = 2;

/** The main path over the deployed stack: register → page → form → usage → stream → hourly function → bill. */
export class MainPath {
  readonly buyer: Buyer;
  readonly #rehearsal: Rehearsal;
  readonly #application: SellerApplication;
  readonly #subscriptionId: string;
  readonly #usage: UsageAccount;
  readonly #startedMs = Date.now();

  private constructor(rehearsal: Rehearsal, { buyer, application, subscriptionId }: Registered) {
    this.#rehearsal = rehearsal;
    this.buyer = buyer;
    this.#application = application;
    this.#subscriptionId = subscriptionId;
    this.#usage = new UsageAccount(rehearsal.account, rehearsal.outputs);
  }

  /** A buyer subscribes and registers, and the seller's application hears of it. */
  static async register(rehearsal: Rehearsal): Promise<MainPath> {
    const { account, outputs, marketplace, stages } = rehearsal;
    const application = await createApplication(account, outputs);
    const buyer = subscribe(rehearsal);
    await buyer.register();
    stages.proven(
      'POST /register → 303 → registration page → form, over HTTPS, and the token resolved by the simulator',
    );
    const delivered = await new AgreementEvents(account, marketplace.marketplace).deliver();
    const { accountId } = buyer.agreement;
    const subscriptionId = await application.subscriptionOf(accountId);
    await application.hears('SubscriptionActivated', accountId);
    stages.proven(
      `${delivered} agreement events → deployed rule → queue → function; both notices reached a rule on the bus`,
    );
    return new MainPath(rehearsal, { buyer, application, subscriptionId });
  }

  /** Reports events and notes what AWS Marketplace must bill. @returns the status of each, with its reason */
  async report(events: readonly Omit<ReportedEvent, 'subscriptionId' | 'time'>[], later = false): Promise<string[]> {
    const hoursAgo = later ? USED_LATER_HOURS_AGO : USED_HOURS_AGO;
    const time = new Date(hourStartMs(hourOf(this.#startedMs)) - hoursAgo * HOUR_MS + 600_000).toISOString();
    const reported = events.map((event) => ({ ...event, subscriptionId: this.#subscriptionId, time }));
    const answers = await this.#application.report(reported);
    this.#usage.note(reported.filter((_, n) => answers[n]?.status === 'accepted'));
    return answers.map(({ status, reason }) => [status, reason].filter(Boolean).join(' '));
  }

  /** @throws Error when a caller without permission may report usage. */
  async refuseStrangers(): Promise<void> {
    const { account, outputs, stages } = this.#rehearsal;
    const time = new Date(this.#startedMs).toISOString();
    const event = { id: 'stranger', subscriptionId: this.#subscriptionId, dimension: 'x', quantity: '1', time };
    const statuses = await strangersAnswers(account, outputs, JSON.stringify([event]));
    if (statuses.some((status) => status !== 403)) {
      throw new Error(
        `POST /usage answered unsigned and unauthorized callers with ${statuses.join(' and ')}, not 403.`,
      );
    }
    stages.proven('unsigned usage and usage signed by a user without the permission are refused (403)');
  }

  /** @returns whether AWS Marketplace bills exactly what was used. */
  async bill(graceMinutes: number): Promise<boolean> {
    const { account, marketplace } = this.#rehearsal;
    await this.#usage.tallied();
    await runTheHour(account, graceMinutes);
    const { accountId } = this.buyer.agreement;
    const ledger = marketplace.marketplace.ledger().filter((record) => record.accountId === accountId);
    const lines = await this.#usage.bill(ledger);
    console.log(billTable(lines)(processTerminal.width));
    return lines.every(({ exact }) => exact);
  }
}

function subscribe({ account, outputs, marketplace, productCode }: Rehearsal): Buyer {
  const { clock } = marketplace;
  const now = clock.now();
  clock.set(now - SUBSCRIBED_HOURS_AGO * HOUR_MS);
  const buyer = Buyer.subscribe(
    { productCode },
    {
      marketplace: marketplace.marketplace,
      registrationUrl: outputs.RegistrationUrl ?? '',
      fetch: account.fetch,
    },
  );
  marketplace.marketplace.runDue();
  clock.set(now);
  return buyer;
}

import { hourOf, HOUR_MS, hourStartMs } from '../../lambdas/shared/domain/hour';
import { buy, type Agreement, type RunningMarketplace } from '../../simulator';
import { AgreementEvents } from './agreement-events';
import type { AwsAccount } from './aws-account';
import { BuyerBrowser } from './buyer-browser';
import type { StackOutputs } from './cdk-cli';
import { runTheHour } from './hourly-run';
import { SellerApplication, type ReportedEvent } from './seller-application';
import { billTable, UsageAccount } from './usage-account';
import type { Stages } from './stages';

export interface Rehearsal {
  stages: Stages;
  account: AwsAccount;
  marketplace: RunningMarketplace;
  outputs: StackOutputs;
  productCode: string;
}

/** The deployed functions live in real time, so what is to be billed now must have been used in hours already over. */
const SUBSCRIBED_HOURS_AGO = 4;
const USED_HOURS_AGO = 3;
const USED_LATER_HOURS_AGO = 2;

/** The main path over the deployed stack: register → page → form → usage → stream → hourly function → bill. */
export class MainPath {
  readonly #rehearsal: Rehearsal;
  readonly #usage: UsageAccount;
  readonly #events: AgreementEvents;
  readonly #startedMs = Date.now();
  readonly browser: BuyerBrowser;
  #application: SellerApplication | undefined;
  #agreement: Agreement | undefined;
  #subscriptionId = '';

  constructor(rehearsal: Rehearsal) {
    const { account, outputs, marketplace } = rehearsal;
    this.#rehearsal = rehearsal;
    this.#usage = new UsageAccount(account, outputs);
    this.#events = new AgreementEvents(account, marketplace.marketplace);
    this.browser = new BuyerBrowser({ pem: account.pem, outputs });
  }

  async register(): Promise<void> {
    const { account, outputs, marketplace, productCode, stages } = this.#rehearsal;
    this.#application = await SellerApplication.create(account, outputs);
    const now = marketplace.clock.now();
    marketplace.clock.set(now - SUBSCRIBED_HOURS_AGO * HOUR_MS);
    const agreement = buy(marketplace.marketplace, { productCode });
    marketplace.marketplace.runDue();
    marketplace.clock.set(now);
    this.#agreement = agreement;
    await this.browser.arrive(marketplace.marketplace.issueToken(agreement.agreementId).token);
    await this.browser.look();
    await this.browser.fillIn();
    stages.proven(
      'POST /register → 303 → registration page → form, over HTTPS, and the token resolved by the simulator',
    );
    const delivered = await this.#events.deliver();
    const ofBuyer = (kind: string) =>
      this.#app.hears(
        (notice) => notice.kind === kind && 'version' in notice && notice.customerAWSAccountId === agreement.accountId,
      );
    this.#subscriptionId = (await ofBuyer('RegistrationCompleted')).subscriptionId ?? '';
    await ofBuyer('SubscriptionActivated');
    stages.proven(
      `${delivered} agreement events → deployed rule → queue → function; both notices reached a rule on the bus`,
    );
  }

  /** Reports events as the application, some of them twice, and notes what must be billed. */
  async report(events: readonly Omit<ReportedEvent, 'subscriptionId' | 'time'>[], later = false): Promise<string[]> {
    const hoursAgo = later ? USED_LATER_HOURS_AGO : USED_HOURS_AGO;
    const time = new Date(hourStartMs(hourOf(this.#startedMs)) - hoursAgo * HOUR_MS + 600_000).toISOString();
    const reported = events.map((event) => ({ ...event, subscriptionId: this.#subscriptionId, time }));
    const statuses = await this.#app.report(reported);
    this.#usage.note(reported.filter((_, n) => statuses[n] === 'accepted'));
    return statuses;
  }

  /** @throws Error when somebody may report usage who must not. */
  async refuseStrangers(): Promise<void> {
    const time = new Date(this.#startedMs).toISOString();
    const event = { id: 'stranger', subscriptionId: this.#subscriptionId, dimension: 'x', quantity: '1', time };
    const statuses = await this.#app.refusals([event]);
    if (statuses.some((status) => status !== 403)) {
      throw new Error(
        `POST /usage answered unsigned and unauthorized callers with ${statuses.join(' and ')}, not 403.`,
      );
    }
    this.#rehearsal.stages.proven('unsigned usage, and usage signed by a user without the grant, is refused (403)');
  }

  /** @returns whether AWS Marketplace bills exactly what was used. */
  async bill(graceMinutes: number): Promise<boolean> {
    const { account, marketplace } = this.#rehearsal;
    await this.#usage.tallied();
    await runTheHour(account, graceMinutes);
    const ledger = marketplace.marketplace.ledger();
    const lines = await this.#usage.bill(ledger.filter(({ accountId }) => accountId === this.#agreement?.accountId));
    console.log(billTable(lines));
    return lines.every(({ exact }) => exact);
  }

  get #app(): SellerApplication {
    if (this.#application === undefined) throw new Error('Nobody has registered yet.');
    return this.#application;
  }
}

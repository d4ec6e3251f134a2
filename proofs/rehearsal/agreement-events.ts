import {
  ListRulesCommand,
  ListTargetsByRuleCommand,
  TestEventPatternCommand,
  type Rule,
} from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import type { Marketplace } from '../../simulator';
import type { AwsAccount } from './aws-account';

const queueUrl = z.object({ QueueUrl: z.string() });

/**
 * Takes AWS Marketplace's events to the targets of the deployed rules. Only AWS may put events whose source begins with
 * `aws.`, and ministack enforces that. Therefore this asks ministack which deployed rule matches an event, and sends the
 * event to that rule's queue.
 */
export class AgreementEvents {
  readonly #account: AwsAccount;
  readonly #marketplace: Marketplace;

  constructor(account: AwsAccount, marketplace: Marketplace) {
    this.#account = account;
    this.#marketplace = marketplace;
  }

  /**
   * Delivers every event that has happened so far.
   * @returns how many events there were
   * @throws Error when no rule matches an event
   */
  async deliver(): Promise<number> {
    const events = this.#marketplace.events();
    const { Rules: rules = [] } = await this.#account.eventBridge.send(new ListRulesCommand({}));
    for (const event of events) {
      const text = JSON.stringify(event);
      let targets = 0;
      for (const rule of rules) if (await this.#matches(rule, text)) targets += await this.#send(rule, text);
      if (targets === 0)
        throw new Error(
          `No deployed rule matches the event "${event['detail-type']}". Check the event patterns in lib/.`,
        );
    }
    return events.length;
  }

  async #matches({ EventPattern }: Rule, event: string): Promise<boolean> {
    if (EventPattern === undefined) return false;
    const { Result } = await this.#account.eventBridge.send(
      new TestEventPatternCommand({ EventPattern, Event: event }),
    );
    return Result === true;
  }

  async #send({ Name }: Rule, event: string): Promise<number> {
    const { Targets = [] } = await this.#account.eventBridge.send(new ListTargetsByRuleCommand({ Rule: Name }));
    for (const { Arn = '' } of Targets) {
      const [, , service, , , name = ''] = Arn.split(':');
      if (service !== 'sqs') throw new Error(`The rule ${Name} sends to ${Arn}, which is not a queue.`);
      const { QueueUrl } = queueUrl.parse(
        await this.#account.json('sqs', 'AmazonSQS.GetQueueUrl', { QueueName: name }),
      );
      await this.#account.json('sqs', 'AmazonSQS.SendMessage', { QueueUrl, MessageBody: event });
    }
    return Targets.length;
  }
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

// Turns exports of the tables of aws-marketplace-serverless-saas-integration into what aws-marketplace-saas takes.
const USAGE = `node convert.mjs subscribers EXPORT
  AWSMarketplaceSubscribers -> a message a line, for the queue of AWS Marketplace's notifications
node convert.mjs usage EXPORT --product-code CODE --time 2026-12-01T14:00:00Z
  what AWSMarketplaceMeteringRecords has not metered -> the CSV of "npm run ops -- import"

EXPORT: the output of "aws dynamodb scan", or the lines of a table's export to S3.`;

/** Both exports write DynamoDB's own JSON. Numbers stay text, so none loses a digit. */
function itemsIn(file) {
  const text = readFileSync(file, 'utf8').trim();
  if (text.startsWith('{"Item":')) return text.split('\n').map((line) => valueOf({ M: JSON.parse(line).Item }));
  const { Items } = JSON.parse(text);
  if (!Array.isArray(Items)) throw new Error(`${file} is neither a scan nor an export to S3.`);
  return Items.map((item) => valueOf({ M: item }));
}

function valueOf(attribute) {
  const [[type, value]] = Object.entries(attribute);
  if (type === 'M') return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, valueOf(inner)]));
  if (type === 'L') return value.map(valueOf);
  return type === 'NULL' ? undefined : value;
}

/** What AWS Marketplace said when the customer subscribed, at the time at which the sample stored the registration. */
function subscribers(items) {
  const messages = [];
  for (const item of items) {
    const { customerIdentifier, productCode, created, is_free_trial_term_present: freeTrial } = item;
    const problem = whyNot(item);
    if (problem !== undefined) note(`${customerIdentifier}: left out, because ${problem}`);
    else {
      const notification = {
        action: 'subscribe-success',
        'customer-identifier': customerIdentifier,
        'product-code': productCode,
        ...(freeTrial !== undefined && { isFreeTrialTermPresent: String(freeTrial) }),
      };
      messages.push({
        Type: 'Notification',
        MessageId: `from-aws-sample-${customerIdentifier}`,
        Timestamp: new Date(Number(created)).toISOString(),
        Message: JSON.stringify(notification),
      });
    }
  }
  return messages.map((message) => JSON.stringify(message)).join('\n');
}

function whyNot({ productCode, created, successfully_subscribed: subscribed, subscription_expired: expired }) {
  if (productCode === undefined || !(Number(created) > 0)) return 'it was never registered';
  if (expired === true) return 'its subscription is over';
  if (subscribed !== true) return 'AWS Marketplace has not confirmed its subscription';
  return undefined;
}

/** The id that aws-marketplace-saas gives the subscription of a customer of an older product. */
function subscriptionIdOf(productCode, customerIdentifier) {
  const identity = `customer#${productCode}#${customerIdentifier}`;
  return `s-${createHash('sha256').update(identity).digest('hex').slice(0, 26)}`;
}

function usage(items, { productCode, time }) {
  const rows = ['id,subscriptionId,dimension,quantity,time'];
  for (const item of items) {
    const { customerIdentifier, create_timestamp: created, dimension_usage: used, metering_pending: pending } = item;
    const record = `${customerIdentifier} ${created}`;
    if (item.metering_failed === true) note(`${record}: failed. See what its metering_response says of each dimension`);
    if (pending !== 'true') continue;
    for (const [index, { dimension, value }] of used.entries()) {
      // The same record gets the same id each time, so that an import can be repeated.
      const id = `aws-sample-${customerIdentifier}-${created}-${index}`;
      const row = [id, subscriptionIdOf(productCode, customerIdentifier), dimension, value, time];
      rows.push(row.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(','));
    }
  }
  return rows.join('\n');
}

const note = (text) => console.error(text);

function main() {
  const options = { 'product-code': { type: 'string' }, time: { type: 'string' } };
  const { positionals, values } = parseArgs({ allowPositionals: true, options });
  const [command, file] = positionals;
  const { 'product-code': productCode, time } = values;
  if (command === 'subscribers' && file !== undefined) console.log(subscribers(itemsIn(file)));
  else if (command === 'usage' && file !== undefined && productCode !== undefined && !Number.isNaN(Date.parse(time)))
    console.log(usage(itemsIn(file), { productCode, time }));
  else {
    note(USAGE);
    process.exitCode = 2;
  }
}

main();

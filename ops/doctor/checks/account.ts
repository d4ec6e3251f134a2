import { attention, failed, ok, whenRead, type Finding } from '../finding';
import type { Reading } from '../reading';

const CREDENTIALS = 'credentials';
const REGION = 'region';
const CLOCK = 'clock';
const SELLER_ACCOUNT = 'docs/deploy.md#2-the-seller-account';

export interface Accounts {
  caller: string;
  stack: string | undefined;
  /** The accounts that own the listings; empty when none could be read. */
  listings: readonly string[];
}

/** `ResolveCustomer` answers only in the account that published the product (SDK). */
export function checkAccount(reading: Reading<Accounts>): Finding[] {
  return whenRead(CREDENTIALS, reading, ({ caller, stack, listings }) => {
    const other = listings.find((account) => account !== stack);
    if (stack !== undefined && other !== undefined)
      return failed(CREDENTIALS, `The stack is in account ${stack}, and account ${other} owns the listing.`, {
        todo: 'Deploy the stack into the account that owns the listing: AWS resolves buyers only there.',
        see: SELLER_ACCOUNT,
      });
    if (stack !== undefined && caller !== stack)
      return failed(CREDENTIALS, `The credentials are of account ${caller}, and the stack is in account ${stack}.`, {
        todo: 'Log in to the account of the stack.',
        see: SELLER_ACCOUNT,
      });
    const owner = listings.length === 0 ? 'the account of the stack' : 'which owns the stack and the listing';
    return ok(CREDENTIALS, `They are of account ${caller}, ${owner}.`);
  });
}

/** AWS Marketplace's events and topics come in us-east-1 only (GUIDE). */
export function checkRegion(region: string): Finding {
  if (region === 'us-east-1') return ok(REGION, 'The stack is in us-east-1, where AWS Marketplace sends its events.');
  return failed(REGION, `The stack is in ${region}, and AWS Marketplace sends its events to us-east-1 only.`, {
    todo: 'Deploy the stack in us-east-1.',
    see: 'docs/configuration.md#cdk-context',
  });
}

const MINUTE_MS = 60_000;
/** AWS refuses a signature whose time is further away than that (IAM's documentation of signature version 4). */
const SIGNATURES_FAIL_MS = 5 * MINUTE_MS;

export function checkClock(reading: Reading<{ awsMs: number; machineMs: number }>): Finding[] {
  return whenRead(CLOCK, reading, ({ awsMs, machineMs }) => {
    const offMs = Math.abs(machineMs - awsMs);
    if (offMs <= MINUTE_MS) return ok(CLOCK, "This machine's clock agrees with AWS's within a minute.");
    const direction = machineMs > awsMs ? 'ahead of' : 'behind';
    const says = `This machine's clock is ${Math.round(offMs / 1000)} seconds ${direction} AWS's.`;
    const todo = 'Set the clock by NTP: the usage that an application reports is dated by such a clock.';
    const advice = { todo, see: 'docs/runbook.md#usage-refused-at-intake' };
    return offMs < SIGNATURES_FAIL_MS ? attention(CLOCK, says, advice) : failed(CLOCK, says, advice);
  });
}

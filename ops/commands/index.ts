import type { OpsCommand } from '../command';
import { balances } from './balances';
import { browserConsole } from './console';
import { decimals } from './decimals';
import { explain } from './explain';
import { find } from './find';
import { hours } from './hours';
import { importUsage } from './import';
import { move } from './move';
import { reconcile } from './reconcile';
import { redrive } from './redrive';
import { rejected } from './rejected';
import { settle } from './settle';
import { stuck } from './stuck';
import { subscription } from './subscription';
import { subscriptions } from './subscriptions';
import { usage } from './usage';

/** In the order in which `--help` lists them. */
export const COMMANDS: readonly OpsCommand[] = [
  browserConsole,
  find,
  subscriptions,
  subscription,
  hours,
  explain,
  balances,
  rejected,
  settle,
  decimals,
  stuck,
  redrive,
  importUsage,
  move,
  usage,
  reconcile,
];

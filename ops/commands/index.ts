import type { OpsCommand } from '../command';

/** In the order in which `--help` lists them. */
const COMMANDS: Readonly<Record<string, () => Promise<OpsCommand>>> = {
  console: async () => (await import('./console')).browserConsole,
  doctor: async () => (await import('./doctor')).doctor,
  find: async () => (await import('./find')).find,
  subscriptions: async () => (await import('./subscriptions')).subscriptions,
  subscription: async () => (await import('./subscription')).subscription,
  hours: async () => (await import('./hours')).hours,
  explain: async () => (await import('./explain')).explain,
  balances: async () => (await import('./balances')).balances,
  rejected: async () => (await import('./rejected')).rejected,
  settle: async () => (await import('./settle')).settle,
  decimals: async () => (await import('./decimals')).decimals,
  hold: async () => (await import('./hold')).hold,
  release: async () => (await import('./release')).release,
  stuck: async () => (await import('./stuck')).stuck,
  redrive: async () => (await import('./redrive')).redrive,
  import: async () => (await import('./import')).importUsage,
  move: async () => (await import('./move')).move,
  usage: async () => (await import('./usage')).usage,
  erase: async () => (await import('./erase')).erase,
  audit: async () => (await import('./audit')).audit,
  reconcile: async () => (await import('./reconcile')).reconcile,
};

/**
 * The only command that the arguments can name, or all. Loading all of them takes longer than most of them work, and
 * without a certain one the program needs all for its help.
 */
export function commandsFor(args: readonly string[]): Promise<OpsCommand[]> {
  const named = args.filter((arg) => Object.hasOwn(COMMANDS, arg));
  const wanted = Object.entries(COMMANDS).filter(([name]) => named.length !== 1 || named.includes(name));
  return Promise.all(wanted.map(([, load]) => load()));
}

import type { Change } from '@aws-sdk/client-cloudformation';
import pc from '../output/colours';
import { counted } from '../output/counted';
import { blocks, table } from '../output/table';
import type { Terminal } from '../output/terminal';
import { OperatorError, UsageError } from '../errors';
import { lackOfRoom, type Reservation } from './concurrency';
import { planOf, type Plan, type PlannedChange } from './plan';

/** A deployment that CloudFormation has prepared and not begun. */
export interface ChangeSet {
  /** @returns the changes; undefined: nothing would change */
  prepare(): Promise<readonly Change[] | undefined>;
  execute(): Promise<void>;
  discard(): Promise<void>;
}

export interface DeployOptions {
  dryRun: boolean;
  /** Logical ids of resources that may be replaced or deleted. */
  allowReplace: readonly string[];
  /** Read once the change set is prepared. */
  reservation: () => Promise<Reservation>;
}

/** Reads what a deployment would change, and begins it only if nothing is lost that nobody has allowed. */
export async function deploy(changeSet: ChangeSet, options: DeployOptions, terminal: Terminal): Promise<0 | 1> {
  const changes = await changeSet.prepare();
  if (changes === undefined) {
    terminal.out('Nothing changes.');
    return 0;
  }
  const plan = planOf(changes, options.allowReplace);
  terminal.out(toText(plan)(terminal.width));
  const lack = lackOfRoom(await options.reservation());
  const mayGo = plan.refused.length === 0 && plan.idle.length === 0 && lack === undefined;
  if (mayGo && !options.dryRun) {
    await changeSet.execute();
    return 0;
  }
  await changeSet.discard();
  if (plan.idle.length > 0)
    throw new UsageError(`--allow-replace ${plan.idle.join(' ')}: nothing of that name would be replaced or deleted.`);
  if (lack !== undefined) throw new OperatorError(lack);
  if (mayGo) terminal.out('This was a dry run: nothing was deployed.');
  return mayGo ? 0 : 1;
}

const SAYS: Record<PlannedChange['fate'], string> = {
  created: 'is created',
  changed: 'changes in place',
  replaced: 'is replaced by a new one',
  mayReplace: 'may be replaced by a new one',
  deleted: 'is deleted or leaves the stack',
  unknown: 'changes in a way that AWS does not tell beforehand',
};

function toText({ changes, refused }: Plan) {
  const kind = (type: string) => type.replace(/^AWS::/, '').replace('::', ' ');
  // What loses something first: a deployment has many changes of code.
  const rows = [...changes].sort((a, b) => Number(b.loses !== undefined) - Number(a.loses !== undefined));
  return blocks(
    table(
      ['resource', 'kind', 'what happens', 'properties'],
      rows.map(({ logicalId, type, fate, properties }) => [logicalId, kind(type), SAYS[fate], properties.join(', ')]),
    ),
    ...refused.map(({ logicalId, fate, loses }) => pc.red(`${logicalId} ${SAYS[fate]}. That would lose ${loses}.`)),
    refused.length === 0
      ? undefined
      : `Refused: ${counted(refused.length, 'change')} would lose data or an address. Change the configuration or the code ` +
          `so that the resource stays. If it may go, add\n${refused.map(({ logicalId }) => `--allow-replace ${logicalId}`).join(' ')}`,
  );
}

import { describe, expect, it } from 'vitest';
import type { Change } from '@aws-sdk/client-cloudformation';
import { deploy, type ChangeSet, type DeployOptions } from '../../../ops/deploy/deploy';
import { RecordingTerminal } from '../../fakes/recording-terminal';

const change = (LogicalResourceId: string, ResourceType: string, Replacement: 'True' | 'False'): Change => ({
  ResourceChange: { Action: 'Modify', LogicalResourceId, ResourceType, Replacement, Scope: ['Properties'] },
});
const code = change('MeterUsage', 'AWS::Lambda::Function', 'False');
const loss = change('Ledger', 'AWS::DynamoDB::Table', 'True');

async function deployed(
  changes: Change[] | undefined,
  options: Partial<DeployOptions> = {},
  { added = 0, unreserved = Infinity, calls = [] }: { added?: number; unreserved?: number; calls?: string[] } = {},
) {
  const terminal = new RecordingTerminal();
  const called = async (call: string) => void calls.push(call);
  const changeSet: ChangeSet = {
    prepare: async () => (await called('prepare'), changes),
    execute: () => called('execute'),
    discard: () => called('discard'),
  };
  const reservation = async () => ({ added, unreserved });
  const exitCode = await deploy(changeSet, { dryRun: false, allowReplace: [], reservation, ...options }, terminal);
  return { exitCode, calls, text: terminal.output };
}

describe('npm run deploy', () => {
  it('deploys what loses nothing', async () => {
    const { exitCode, calls, text } = await deployed([code]);
    expect({ exitCode, calls }).toEqual({ exitCode: 0, calls: ['prepare', 'execute'] });
    expect(text).toMatch(/MeterUsage.*changes in place/);
  });

  it('refuses to replace a table, says what would be lost and how to allow it, and leaves no change set behind', async () => {
    const { exitCode, calls, text } = await deployed([code, loss]);
    expect({ exitCode, calls }).toEqual({ exitCode: 1, calls: ['prepare', 'discard'] });
    expect(text).toContain('Ledger is replaced by a new one. That would lose its items');
    expect(text).toContain('--allow-replace Ledger');
  });

  it('replaces a table that is allowed by its logical id', async () => {
    const { exitCode, calls } = await deployed([loss], { allowReplace: ['Ledger'] });
    expect({ exitCode, calls }).toEqual({ exitCode: 0, calls: ['prepare', 'execute'] });
  });

  it('deploys nothing in a dry run', async () => {
    const { exitCode, calls, text } = await deployed([code], { dryRun: true });
    expect({ exitCode, calls }).toEqual({ exitCode: 0, calls: ['prepare', 'discard'] });
    expect(text).toContain('nothing was deployed');
  });

  it('fails in a dry run of what would be refused', async () => {
    expect(await deployed([loss], { dryRun: true })).toMatchObject({ exitCode: 1, calls: ['prepare', 'discard'] });
  });

  it('deploys a reservation that leaves the account 100 executions', async () => {
    expect(await deployed([code], {}, { added: 10, unreserved: 110 })).toMatchObject({ exitCode: 0 });
  });

  it('refuses a reservation for which the account has too few executions, and leaves no change set behind', async () => {
    const calls: string[] = [];
    await expect(deployed([code], {}, { added: 10, unreserved: 109, calls })).rejects.toThrow(
      'reserves 10 executions more, and the account has 109',
    );
    expect(calls).toEqual(['prepare', 'discard']);
  });

  it('does nothing when nothing changes', async () => {
    expect(await deployed(undefined)).toEqual({ exitCode: 0, calls: ['prepare'], text: 'Nothing changes.\n' });
  });

  it('deploys nothing when an id is allowed that is not replaced, because it may be a mistake in writing', async () => {
    await expect(deployed([code], { allowReplace: ['Legder'] })).rejects.toThrow('--allow-replace Legder: nothing');
  });
});

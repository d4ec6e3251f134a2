import { Command } from 'commander';
import type { Ops, OpsCommand, Report } from '../../../ops/command';
import type { UsagePath } from '../../functions/usage-path';
import { anOperatorsOps } from '../redrive/an-operators-ops';

/** An operator on the tables of a usage path. */
export async function opsOn({ tables, config, clock }: UsagePath) {
  const ops = await anOperatorsOps(config.configuration, clock.now());
  const { client: dynamoDb, tables: names } = tables.database;
  return { ...ops, installation: { ...ops.installation, dynamoDb, tables: names, clock } };
}

/** Runs a command line of one command. @throws what the command throws */
export async function run(command: OpsCommand, ops: Ops, ...args: string[]): Promise<Report> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  const reports: Report[] = [];
  command(
    program,
    (work) =>
      async (...given) =>
        void reports.push(await work(ops, ...given)),
  );
  await program.parseAsync(args, { from: 'user' });
  const [report] = reports;
  if (report === undefined) throw new Error('The command reports nothing.');
  return report;
}

import { examples, type OpsCommand } from '../command';
import pc from '../output/colours';
import { counted } from '../output/counted';
import { blocks, fields, heading, painted, table } from '../output/table';
import { examine } from '../doctor/examine';
import { readCertificate } from '../doctor/reads/entrance';
import type { Finding, Status } from '../doctor/finding';

const SHOWN: Record<Status, ReturnType<typeof painted>> = {
  ok: painted('ok', pc.green),
  attention: painted('attention', pc.yellow),
  failed: painted('FAILED', pc.red),
  notChecked: painted('not checked', pc.dim),
};

/** Checks an installation, before the listing goes live and any day after. */
export const doctor: OpsCommand = (program, reporting) => {
  program
    .command('doctor')
    .description('check account, deployment, wiring, listing, limits and alarms; say what to do')
    .option('--assembly <folder>', 'the folder that `cdk synth` wrote', 'cdk.out')
    .addHelpText('after', '\nIt only reads. What these credentials may not read is "not checked".')
    .addHelpText('after', examples('doctor', 'doctor --local', 'doctor --json --config mine.json'))
    .action(
      reporting(async (ops, { assembly }: { assembly: string }) => {
        const findings = await examine(ops, {
          assembly,
          machineNow: Date.now,
          certificateEnd: readCertificate,
        });
        const open = findings.filter(({ todo }) => todo !== undefined);
        return {
          json: { healthy: open.length === 0, findings },
          text: blocks(
            summaryOf(findings, open),
            table(
              ['result', 'check', 'finding'],
              findings.map(({ check, status, says }) => [SHOWN[status], check, says]),
            ),
            open.length === 0 ? undefined : heading('What to do'),
            ...open.map(({ check, says, todo, see }) => fields({ [check]: says, do: todo, see })),
          ),
          exitCode: open.length === 0 ? 0 : 1,
        };
      }),
    );
};

function summaryOf(findings: readonly Finding[], open: readonly Finding[]): string {
  const unchecked = findings.filter(({ status }) => status === 'notChecked').length;
  const rest = unchecked === 0 ? '' : ` ${counted(unchecked, 'check')} could not be made.`;
  if (open.length === 0) return `Nothing needs attention.${rest}`;
  return `${counted(open.length, 'finding')} ${open.length === 1 ? 'needs' : 'need'} attention.${rest}`;
}

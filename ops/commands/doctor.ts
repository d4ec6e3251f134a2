import { accountArgument } from '../arguments';
import { examples, type Ops, type OpsCommand, type Report } from '../command';
import { examine } from '../doctor/examine';
import type { Finding, Status } from '../doctor/finding';
import { limitedReport } from '../doctor/limited/report';
import { readCertificate } from '../doctor/reads/entrance';
import { needs } from '../permissions';
import { UsageError } from '../errors';
import pc from '../output/colours';
import { counted } from '../output/counted';
import { blocks, fields, heading, painted, table } from '../output/table';
import { wholeNumber } from '../output/whole-number';

const SHOWN: Record<Status, ReturnType<typeof painted>> = {
  ok: painted('ok', pc.green),
  attention: painted('attention', pc.yellow),
  failed: painted('FAILED', pc.red),
  notChecked: painted('not checked', pc.dim),
};

interface Options {
  assembly: string;
  limited?: true;
  product?: string;
  account?: string;
  wait: number;
  write?: string;
}

/** Checks an installation, before the listing goes live and any day after. */
export const doctor: OpsCommand = (program, reporting) => {
  program
    .command('doctor')
    .description('check account, deployment, wiring, listing, limits and alarms; say what to do')
    .option('--assembly <folder>', 'the folder that `cdk synth` wrote', 'cdk.out')
    .option('--limited', 'follow a test purchase on a Limited listing, as the review of AWS asks')
    .option('--product <code>', 'with --limited: the product that is bought')
    .option('--account <id>', 'with --limited: the AWS account that buys', accountArgument)
    .option('--wait <minutes>', 'with --limited: how long to wait for the next steps', wholeNumber(0, 1440), 0)
    .option('--write <file>', 'with --limited: write what AWS really does as JSON')
    .addHelpText('after', needs())
    .addHelpText('after', '\nIt only reads. What these credentials may not read is "not checked".')
    .addHelpText(
      'after',
      examples(
        'doctor',
        'doctor --local',
        'doctor --json --config mine.json',
        'doctor --limited --product CODE --account 111122223333',
      ),
    )
    .action(
      reporting(async (ops, { limited, product, account, wait, write, assembly }: Options) => {
        if (limited !== true) return healthReport(ops, assembly);
        if (product === undefined || account === undefined)
          throw new UsageError('--limited needs --product, the code of the product, and --account, who buys it.');
        return limitedReport(ops, { product, account, wait, write });
      }),
    );
};

async function healthReport(ops: Ops, assembly: string): Promise<Report> {
  const findings = await examine(ops, { assembly, machineNow: Date.now, certificateEnd: readCertificate });
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
}

function summaryOf(findings: readonly Finding[], open: readonly Finding[]): string {
  const unchecked = findings.filter(({ status }) => status === 'notChecked').length;
  const rest = unchecked === 0 ? '' : ` ${counted(unchecked, 'check')} could not be made.`;
  if (open.length === 0) return `Nothing needs attention.${rest}`;
  return `${counted(open.length, 'finding')} ${open.length === 1 ? 'needs' : 'need'} attention.${rest}`;
}

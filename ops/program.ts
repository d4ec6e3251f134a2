import { Command, CommanderError } from 'commander';
import pc from './output/colours';
import { wholeNumber } from './output/whole-number';
import type { Ops, Report, Reporting } from './command';
import { commandsFor } from './commands/index';
import { examples } from './command';
import { sentenceOf, UsageError } from './errors';
import { readConfiguration } from './installation/configuration';
import { DEFAULT_TARGET, type Installation, type Target } from './installation/installation';
import { printableLines } from '../web/printable';
import { patient } from './output/patience';
import type { Terminal } from './output/terminal';
import { wrap } from './output/wrap';

/** 0: success. 1: something needs attention, or the command failed. 2: usage error. */
export type ExitCode = 0 | 1 | 2;

interface GlobalOptions extends Target {
  json?: true;
  verbose?: true;
}

/**
 * Runs one command line. It never throws.
 * @param watch - receives the installation before the command uses it
 */
export async function runOps(
  args: readonly string[],
  terminal: Terminal,
  watch: (installation: Installation) => void = () => undefined,
): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = newProgram(terminal);
  const reporting: Reporting =
    (work) =>
    async (...commandArguments) => {
      const options = program.opts<GlobalOptions>();
      const { terminal: patientTerminal, stop } = patient(
        terminal,
        options.local ? 'reading the local stack' : 'reading the stack in AWS',
      );
      let installation: Installation | undefined;
      try {
        const opened = await open(options);
        installation = opened;
        watch(opened);
        const configuration = () => readConfiguration(options.config, opened);
        const ops: Ops = { installation, configuration, terminal: patientTerminal };
        const report: Report = await work(ops, ...commandArguments);
        const text = options.json ? JSON.stringify(report.json, undefined, 2) : undefined;
        terminal.out(text === undefined ? report.text(terminal.width) : printableLines(text));
        exitCode = report.exitCode ?? 0;
      } finally {
        stop();
        installation?.close();
      }
    };
  for (const command of await commandsFor(args)) command(program, reporting);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has already printed the message. A request for help is not an error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    terminal.err(
      wrap(printableLines(sentenceOf(error)), terminal.width)
        .map(pc.red)
        .join('\n'),
    );
    if (program.opts<GlobalOptions>().verbose && error instanceof Error) terminal.err(pc.dim(error.stack ?? ''));
    return error instanceof UsageError ? 2 : 1;
  }
}

/** Each loads the SDK clients that it needs and no others, which take half of the time until a command works. */
async function open(options: Target): Promise<Installation> {
  if (options.local) return (await import('./installation/local-stack')).openLocalStack(options);
  return (await import('./installation/deployed-stack')).openDeployedStack(options);
}

function newProgram(terminal: Terminal): Command {
  const program = new Command('npm run ops --')
    .description('Inspects and repairs an installation of this stack.')
    .option('--stack <name>', 'name of the CloudFormation stack', DEFAULT_TARGET.stack)
    .option('--region <region>', 'region of the stack', DEFAULT_TARGET.region)
    .option('--local', 'use the stack that `npm start` runs on this machine')
    .option('--port <number>', 'port of the local stack, with --local', wholeNumber(1, 65_535), DEFAULT_TARGET.port)
    .option('--config <file>', 'the deployed seller configuration', DEFAULT_TARGET.config)
    .option('--json', 'print JSON')
    .option('--verbose', 'print the stack trace of an error')
    .addHelpText(
      'after',
      '\nExit codes: 0 success; 1 something needs attention, or the command failed;\n2 usage error.',
    )
    .addHelpText('after', examples('subscriptions --local', 'stuck --json', 'hours --help'))
    .showHelpAfterError(true)
    .configureHelp({ showGlobalOptions: true, subcommandTerm: (command) => command.name() })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(printableLines(text.trimEnd())),
      getOutHelpWidth: () => Math.min(terminal.width, 100),
      getErrHelpWidth: () => Math.min(terminal.width, 100),
    });
  return program;
}

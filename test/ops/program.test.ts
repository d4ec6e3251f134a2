import { describe, expect, it } from 'vitest';
import { runOps } from '../../ops/program';
import { columnsOf } from '../../ops/output/wrap';
import { RecordingTerminal } from '../fakes/recording-terminal';

async function run(...args: string[]) {
  const terminal = new RecordingTerminal();
  const exitCode = await runOps(args, terminal);
  return { exitCode, output: terminal.output, errors: terminal.errors };
}

const NAMES = [
  'console',
  'doctor',
  'find',
  'subscriptions',
  'subscription',
  'hours',
  'explain',
  'balances',
  'rejected',
  'hold',
  'release',
  'stuck',
  'redrive',
  'import',
  'move',
  'settle',
  'decimals',
  'usage',
  'reconcile',
  'erase',
  'audit',
];

describe('npm run ops', () => {
  it('lists the commands of npm run ops, each with examples', async () => {
    const { exitCode, output } = await run('--help');
    expect(exitCode).toBe(0);
    for (const name of NAMES) {
      expect(output).toContain(`\n  ${name} `);
    }
  });

  it.each([[[]], ...NAMES.map((name) => [[name]]), [['decimals', 'resume']], [['decimals', 'whole']]])(
    'shows every option of %j with examples and policies, in 80 columns',
    async (command) => {
      const terminal = new RecordingTerminal(80);
      expect(await runOps([...command, '--help'], terminal)).toBe(0);
      for (const option of ['--local', '--json', '--stack', '--config']) expect(terminal.output).toContain(option);
      if (command.length > 0) expect(terminal.output).toContain('  OperatorReadPolicyArn\n');
      expect(terminal.output).toContain(`\nExamples:\n  npm run ops -- ${command.join(' ')}`);
      for (const line of terminal.output.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(80);
    },
  );

  it.each([
    [['hours', 'x', '--month', '2026-13'], 'a month such as 2026-11'],
    [['hours', 'a#b'], 'a subscription id such as'],
    [['hours'], 'missing required argument'],
    [['explain', 'x', 'events', 'yesterday'], 'an hour in UTC such as'],
    [['explain', 'x', 'events', '2026-02-30T05'], 'an hour in UTC such as'],
    [['rejected', '--since', 'monday'], 'a time with a time zone'],
    [['subscriptions', '--account', '12'], 'twelve digits'],
    [['subscriptions', '--limit', '0'], 'a whole number from 1 to'],
    [['subscriptions', '--state', 'asleep'], 'Allowed choices are pending'],
    [['reconcile'], "'--month <YYYY-MM>' not specified"],
    [['console', '--console-port', '70000'], 'a whole number from 0 to'],
    [['find', 'x'], 'at least two characters'],
    [['explode'], 'unknown command'],
    [['hours', 'x', '--mont', '2026-11'], 'Did you mean --month?'],
  ])('answers the arguments %j with exit code 2, a sentence and no stack trace', async (args, sentence) => {
    const { exitCode, output, errors } = await run(...args);
    expect([exitCode, output]).toEqual([2, '']);
    expect(errors).toContain(sentence);
    expect(errors).not.toMatch(/ {4}at /);
  });

  it('says how to start a local stack when none answers, and exits with 1', async () => {
    const { exitCode, errors } = await run('subscriptions', '--local', '--port', '1');
    expect([exitCode, errors.trim().split('\n')]).toEqual([1, [expect.stringContaining('npm start')]]);
  });
});

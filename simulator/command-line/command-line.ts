import { Command, Option } from 'commander';
import { DECIMALS, PRODUCT_CODE_WITH_LICENSE } from '../rules/context';
import { DEFAULT_CONFIG, type Options } from './run';
import { hostName, instant, port, share, url, wholeNumber } from './values';

/** The command line, with what it does with its options. */
export function commandLine(run: (options: Options) => Promise<void>): Command {
  // In this repository a script starts it; its package has a command.
  const command = process.argv[1]?.endsWith('.ts') ? 'npm run marketplace --' : 'aws-marketplace-simulator';
  return new Command(command)
    .description('Simulates AWS Marketplace for SaaS sellers. Works with any AWS SDK and the AWS CLI.')
    .option('--port <number>', 'port; 0 takes any free port', port, 4600)
    .option('--host <address>', 'address to bind; 0.0.0.0 in a container', '127.0.0.1')
    .option('--allow-host <name>', 'host name that requests may use, too (repeatable)', hostName)
    .option('--start-file <file>', 'products, buyers, agreements, faults, seed and clock at the start')
    .addOption(
      new Option(
        '--config <file>',
        `seller configuration that lists the products (default: ${DEFAULT_CONFIG})`,
      ).conflicts('startFile'),
    )
    .option('--state <file>', 'continue from this file, and keep the state in it')
    .option('--cloudtrail <folder>', "write CloudTrail's log files to this folder")
    .option('--registration-url <url>', 'where "Set up your account" sends the buyer', url)
    .option('--seed <number>', 'seed for ids and faults (default: 1)', wholeNumber)
    .option('--clock <time>', 'time at the start (default: now)', instant)
    .addOption(
      new Option('--decimals <answer>', 'what AWS makes of decimal quantities (default: known)').choices(DECIMALS),
    )
    .addOption(
      new Option(
        '--product-code-with-license <answer>',
        'what AWS makes of a ProductCode beside a LicenseArn (default: accepted)',
      ).choices(PRODUCT_CODE_WITH_LICENSE),
    )
    .option('--duplicate-events <share>', 'share of events delivered twice, 0 to 1 (default: 0)', share)
    .option('--reorder-events <share>', 'share of events delivered after the next one, 0 to 1 (default: 0)', share)
    .showHelpAfterError(true)
    .addHelpText(
      'after',
      `
Examples:
  ${command.replace(/ --$/, '')}
  ${command} --registration-url http://127.0.0.1:3000/register
  ${command} --start-file start.json --state state.json
  ${command} --clock 2026-11-30T23:00:00Z --decimals unknown`,
    )
    .action(run);
}

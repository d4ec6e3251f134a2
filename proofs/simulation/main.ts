import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { untilInterrupted } from '../../local/stack/interrupted';
import { playSeeds } from './driver/play-seeds';
import { playOnDynamoDb } from './dynamodb/dynamodb-player';
import { DYNAMODB_HOURS, DYNAMODB_SEEDS } from './dynamodb/dynamodb-settings';
import { memoryPlayer } from './memory/memory-player';
import { DEFAULT_HOURS } from './memory/memory-settings';

const MEMORY_SEEDS = 1000;

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('Give a whole number.');
  return number;
}

interface Options {
  engine: 'memory' | 'dynamodb';
  seeds?: number;
  from: number;
  hours?: number;
  without?: string;
  dynamodbLocal: boolean;
  workers: number;
}

const program = new Command('simulate')
  .description('Simulates months of one seller, each from its seed, and holds them to the promise.')
  .addOption(
    new Option('--engine <name>', 'what the functions run on').choices(['memory', 'dynamodb']).default('memory'),
  )
  .option('--seeds <n>', `how many months (default: ${MEMORY_SEEDS}, with dynamodb ${DYNAMODB_SEEDS})`, wholeNumber)
  .option('--from <seed>', 'the first seed', wholeNumber, 1)
  .option(
    '--hours <n>',
    `how long a month is (default: ${DEFAULT_HOURS}, with dynamodb ${DYNAMODB_HOURS})`,
    wholeNumber,
  )
  .option('--workers <n>', 'how many seeds at a time', wholeNumber, availableParallelism())
  .option('--dynamodb-local', "with dynamodb: on Amazon's DynamoDB Local, which needs Java 17", false)
  .option('--without <mechanism>', 'with dynamodb: take a safety mechanism away, to see that it is missed');

await program.parseAsync();
const { engine, seeds, hours, without, dynamodbLocal: onDynamoDbLocal, ...options } = program.opts<Options>();
if (without !== undefined && engine !== 'dynamodb')
  program.error(
    '--without goes with --engine dynamodb; in memory, npm run simulate:mutants takes each mechanism away in turn.',
  );
const controller = new AbortController();
void untilInterrupted().then(() => controller.abort());
const { signal } = controller;
process.exitCode =
  engine === 'dynamodb'
    ? await playOnDynamoDb({
        ...options,
        seeds: seeds ?? DYNAMODB_SEEDS,
        hours: hours ?? DYNAMODB_HOURS,
        without,
        onDynamoDbLocal,
        signal,
      })
    : await playSeeds(memoryPlayer, {
        ...options,
        seeds: seeds ?? MEMORY_SEEDS,
        hours: hours ?? DEFAULT_HOURS,
        signal,
      });

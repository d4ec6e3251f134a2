import { untilInterrupted } from '../../local/stack/interrupted';
import { playSeeds } from './driver/play-seeds';
import { playOnDynamoDb } from './dynamodb/dynamodb-player';
import { DYNAMODB_HOURS, DYNAMODB_SEEDS } from './dynamodb/dynamodb-settings';
import { memoryPlayer } from './memory/memory-player';
import { DEFAULT_HOURS } from './memory/memory-settings';
import { MEMORY_SEEDS, type SimulateOptions } from './options';

/** @returns the exit code */
export async function simulate(given: SimulateOptions): Promise<number> {
  const { engine, seeds, hours, without, lastRelease, dynamodbLocal: onDynamoDbLocal, ...options } = given;
  const controller = new AbortController();
  void untilInterrupted().then(() => controller.abort());
  const { signal } = controller;
  return engine === 'dynamodb'
    ? playOnDynamoDb({
        ...options,
        seeds: seeds ?? DYNAMODB_SEEDS,
        hours: hours ?? DYNAMODB_HOURS,
        without,
        lastRelease,
        onDynamoDbLocal,
        signal,
      })
    : playSeeds(memoryPlayer, { ...options, seeds: seeds ?? MEMORY_SEEDS, hours: hours ?? DEFAULT_HOURS, signal });
}

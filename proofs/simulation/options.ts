export const MEMORY_SEEDS = 1000;

/** As the command line gives them. */
export interface SimulateOptions {
  engine: 'memory' | 'dynamodb';
  seeds?: number;
  from: number;
  hours?: number;
  without?: string;
  lastRelease: boolean;
  dynamodbLocal: boolean;
  workers: number;
}

export const MEMORY_SEEDS = 1000;

/** As the command line gives them. */
export interface SimulateOptions {
  engine: 'memory' | 'dynamodb';
  seeds?: number;
  from: number;
  hours?: number;
  without?: string;
  dynamodbLocal: boolean;
  workers: number;
}

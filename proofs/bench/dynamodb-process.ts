import { startEmbeddedDynamoDb } from '../../local/dynamodb/wire/server';

// The embedded DynamoDB in a process of its own, so that the time of the process that measures is that of the function.
const { endpoint } = await startEmbeddedDynamoDb();
process.on('disconnect', () => process.exit());
process.send?.(endpoint);

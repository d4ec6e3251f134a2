import { createEventBridgeClient } from '../shared/runtime/event-bus';
import { loadEventBusName } from '../shared/runtime/function-config';
import { lambdaPorts } from '../shared/runtime/ports';
import { createHandler } from './dependencies';

const eventBusName = loadEventBusName(process.env);

export const handler = createHandler(
  { ...lambdaPorts('publish-notices'), eventBridge: createEventBridgeClient() },
  { eventBusName },
);

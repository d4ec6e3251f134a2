import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import type { FaultName } from '../driver/faults';

export type StoreFault = Extract<
  FaultName,
  'storeThrottled' | 'storeErrorAfterCommit' | 'storeAnswerLost' | 'transactionConflict'
>;

/** The calls of the functions. Calls that create tables get no faults. */
const READS = ['GetItem', 'BatchGetItem', 'Query'];
const WRITES = ['PutItem', 'UpdateItem', 'TransactWriteItems'];
const HIT: Readonly<Record<StoreFault, readonly string[]>> = {
  storeThrottled: [...READS, ...WRITES],
  storeErrorAfterCommit: WRITES,
  storeAnswerLost: WRITES,
  transactionConflict: ['TransactWriteItems'],
};

const transactionSchema = z.object({ TransactItems: z.array(z.unknown()) });

/**
 * Stands between the functions and DynamoDB and does what neither DynamoDB Local nor the embedded one does: it throttles, fails, cuts
 * connections and refuses transactions as conflicts. Everything else passes through, byte for byte.
 */
export class UnreliableDynamoDb {
  /** How often each fault hit a call. */
  readonly hits: Partial<Record<StoreFault, number>> = {};
  readonly #server = createServer((incoming, response) => void this.#serve(incoming, response));
  readonly #agent = new Agent({ keepAlive: true });
  readonly #target: URL;
  #planted: { fault: StoreFault; next: number }[] = [];

  constructor(endpoint: string) {
    this.#target = new URL(endpoint);
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#agent.destroy();
  }

  /** Hits the given number of the next calls that it can hit. */
  plant(fault: StoreFault, next: number): void {
    this.#planted.push({ fault, next });
  }

  clear(): void {
    this.#planted = [];
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await bytesOf(incoming);
      const operation =
        String(incoming.headers['x-amz-target'] ?? '')
          .split('.')
          .at(-1) ?? '';
      const fault = this.#take(operation);
      if (fault === 'storeThrottled')
        return answer(response, 400, {
          __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException',
          message: 'Rate exceeded',
        });
      if (fault === 'transactionConflict') return answer(response, 400, conflictOf(body));
      const { status, headers, content } = await this.#forward(incoming, body);
      if (fault === 'storeErrorAfterCommit')
        return answer(response, 500, {
          __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
          message: 'Internal error',
        });
      if (fault === 'storeAnswerLost') return void incoming.socket.destroy();
      response.writeHead(status, headers).end(content);
    } catch {
      // The caller is gone, or DynamoDB is being stopped.
      incoming.socket.destroy();
    }
  }

  #take(operation: string): StoreFault | undefined {
    const hit = this.#planted.find(({ fault }) => HIT[fault].includes(operation));
    if (hit === undefined) return undefined;
    hit.next -= 1;
    this.#planted = this.#planted.filter(({ next }) => next > 0);
    this.hits[hit.fault] = (this.hits[hit.fault] ?? 0) + 1;
    return hit.fault;
  }

  async #forward(incoming: IncomingMessage, body: Buffer) {
    const { method, url: path, headers } = incoming;
    const { hostname: host, port } = this.#target;
    return new Promise<{ status: number; headers: OutgoingHttpHeaders; content: Buffer }>((resolve, reject) => {
      const forwarded = request({ method, path, headers, host, port, agent: this.#agent }, (answered) => {
        bytesOf(answered).then((content) => {
          // The body is complete, so the header about chunks no longer applies.
          const rest = { ...answered.headers };
          delete rest['transfer-encoding'];
          delete rest.connection;
          resolve({ status: answered.statusCode ?? 502, headers: rest, content });
        }, reject);
      });
      forwarded.on('error', reject).end(body);
    });
  }
}

function conflictOf(body: Buffer) {
  const { TransactItems } = transactionSchema.parse(JSON.parse(body.toString('utf8')));
  const CancellationReasons = TransactItems.map((_, n) =>
    n === TransactItems.length - 1
      ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }
      : { Code: 'None' },
  );
  return {
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${CancellationReasons.map(({ Code }) => Code).join(', ')}]`,
    CancellationReasons,
  };
}

function answer(response: ServerResponse, status: number, content: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(content));
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

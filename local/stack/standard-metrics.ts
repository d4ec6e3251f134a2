import type { Bucket } from './buckets';
import type { LambdaFunction } from './functions';
import type { HttpRequest, HttpResponse } from './http-event';
import type { Metrics } from './metrics';
import type { Queue } from './queues';
import { QueueMapping } from './queue-mapping';
import type { StreamMapping } from './stream-mapping';

/** SQS moves a message that was received more often than this to the back of the queue. */
const MOST_RECEIVES = 3;

/** The metrics of AWS itself that alarms of the template may watch. */
export class StandardMetrics {
  readonly #metrics: Metrics;
  readonly #now: () => number;

  constructor(metrics: Metrics, now: () => number) {
    this.#metrics = metrics;
    this.#now = now;
  }

  /** Measures the age and number of what waits now. @returns all metrics. */
  sample({ queues, mappings }: { queues: Queue[]; mappings: (StreamMapping | QueueMapping)[] }): Metrics {
    const nowMs = this.#now();
    for (const queue of queues) {
      const dimensions = { QueueName: queue.physicalName };
      // As on AWS, a message that was received too often does not count.
      const waiting = queue.messages().filter(({ receiveCount }) => receiveCount <= MOST_RECEIVES);
      const oldest = Math.min(nowMs, ...waiting.map(({ sentAtMs }) => sentAtMs));
      this.#put('AWS/SQS', 'ApproximateAgeOfOldestMessage', { dimensions, value: (nowMs - oldest) / 1000 });
      this.#put('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { dimensions, value: queue.visibleCount() });
    }
    for (const mapping of mappings) {
      if (mapping instanceof QueueMapping) continue;
      const dimensions = { FunctionName: mapping.functionName };
      const value = nowMs - (mapping.oldestWaitingMs() ?? nowMs);
      this.#put('AWS/Lambda', 'IteratorAge', { dimensions, value });
    }
    return this.#metrics;
  }

  /** Counts puts into a bucket in each of its request metrics. */
  watchBucket(bucket: Bucket): void {
    bucket.onPut(() => {
      for (const FilterId of bucket.requestMetrics) {
        const dimensions = { BucketName: bucket.physicalName, FilterId };
        this.#put('AWS/S3', 'PutRequests', { dimensions, value: 1 });
      }
    });
  }

  /** Counts the throttled invocations of a function, zeros too. */
  watchFunction(fn: LambdaFunction): void {
    fn.onInvocation((throttled) => {
      const dimensions = { FunctionName: fn.physicalName };
      this.#put('AWS/Lambda', 'Throttles', { dimensions, value: Number(throttled) });
    });
  }

  /** Returns the API with its calls counted, and how many ended in 4xx and 5xx. */
  watchApi<Api extends { apiId: string; handle(request: HttpRequest): Promise<HttpResponse> }>(api: Api): Api {
    const handle = async (request: HttpRequest) => {
      const response = await api.handle(request);
      const dimensions = { ApiId: api.apiId };
      const hundreds = Math.floor(response.statusCode / 100);
      this.#put('AWS/ApiGateway', 'Count', { dimensions, value: 1 });
      this.#put('AWS/ApiGateway', '4xx', { dimensions, value: Number(hundreds === 4) });
      this.#put('AWS/ApiGateway', '5xx', { dimensions, value: Number(hundreds === 5) });
      return response;
    };
    return { ...api, handle };
  }

  #put(
    namespace: string,
    name: string,
    { dimensions, value }: { dimensions: Record<string, string>; value: number },
  ): void {
    this.#metrics.put({ namespace, name, dimensions, value, atMs: this.#now() });
  }
}

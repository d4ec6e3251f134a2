/** Printed at the end of every rehearsal, so that nobody overrates it. */
export const NOT_PROVEN = `
The limits of this rehearsal. ministack is not AWS: it may accept resources and properties that AWS refuses, and the
other way round (proofs/rehearsal/README.md lists where the rehearsal makes up for it). It enforces IAM on the calls of
functions and callers. But the simulator checks no policy for the aws-marketplace actions, and ministack's stream and
queue pollers read without the permissions that AWS requires. The pollers wait for no batching window, drop
batchItemFailures and do not bisect batches; "npm test" plays failures. AWS Marketplace's events reach the deployed queue
by the deployed rule's pattern, but not through EventBridge, where only AWS may put them. ministack accepts or ignores
alarms, dashboards, throttles, X-Ray, time to live, point-in-time recovery, encryption at rest, memory, arm64, timeouts,
quotas, DNS and certificates; it plays none of them. Time is real: the application reports usage for hours that are over,
and the rehearsal invokes the hourly rule's function. Before your first real buyer, deploy into an AWS account and buy
your own Limited listing.`.trim();

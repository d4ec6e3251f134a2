/** Said at the end of every rehearsal, so that nobody takes it for more than it is. */
export const NOT_PROVEN = `
What this rehearsal does not prove. ministack is not AWS: it accepts resources and properties that AWS may refuse, and
the other way round (proofs/rehearsal/README.md says where it was helped). It enforces IAM on the calls that functions and
callers make, but the aws-marketplace actions go to our simulator, which looks at no policy, and the pollers of streams
and queues read without the permissions they need at AWS. They wait for no batching window, drop batchItemFailures and
cut no batch in halves: failures are what "npm test" plays. Events of AWS Marketplace reach the deployed queue by the
deployed rule's pattern, but not through EventBridge, where only AWS may put them. Alarms, dashboards, throttles, X-Ray,
time to live, point-in-time recovery, encryption at rest, memory, arm64, time-outs, quotas, DNS and certificates are
accepted or absent, not played. Time is real: usage is reported for hours that are over, and the hourly rule's function
is invoked by hand. Before the first real buyer, deploy into an AWS account and buy your own Limited listing.`.trim();

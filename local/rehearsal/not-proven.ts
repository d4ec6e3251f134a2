/** Said at the end of every rehearsal, so that nobody takes it for more than it is. */
export const NOT_PROVEN = `
What this rehearsal does not prove. ministack is not AWS. It accepts resources and properties that AWS may refuse, and
the other way round. It enforces IAM on calls that functions and callers make through its API, and refuses what comes
without TLS, but the aws-marketplace actions go to our simulator, which looks at no policy, and CloudFormation, Lambda's
stream and queue pollers and EventBridge act without the permissions they need at AWS. Its stream poller drops
batchItemFailures, cuts no batch in halves and waits for no batching window; failures are tested by "npm test". Events of
AWS Marketplace reach the deployed queue by way of the deployed rule's pattern, but not through EventBridge, where only
AWS may put them. Memory, architecture (arm64), time-outs, throttling, quotas, point-in-time recovery, time to live,
X-Ray, encryption at rest, DNS, certificates and regions are not played. Time is real: usage is reported for hours that
are over, and the hourly function is invoked by hand. Before the first real buyer, deploy into an AWS account and buy
your own Limited listing (docs/deploy.md).`.trim();

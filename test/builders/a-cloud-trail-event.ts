/** The example of the seller guide, with a licence as we infer it. */
export function aCloudTrailEvent({
  record = {},
  result = {},
  ...event
}: Record<string, unknown> & { record?: object; result?: object } = {}): Record<string, unknown> {
  const usageRecord = {
    dimension: 'events',
    timestamp: 'Nov 3, 2026 5:00:00 AM',
    customerAWSAccountID: '111122223333',
    quantity: 5,
    ...record,
  };
  return {
    eventVersion: '1.05',
    userIdentity: { type: 'AssumedRole' },
    eventTime: '2026-11-03T06:05:03Z',
    eventSource: 'metering-marketplace.amazonaws.com',
    eventName: 'BatchMeterUsage',
    awsRegion: 'us-east-1',
    requestParameters: { usageRecords: [usageRecord] },
    responseElements: {
      results: [{ usageRecord, meteringRecordId: 'm-1', status: 'Success', ...result }],
      unprocessedRecords: [],
    },
    eventID: 'e-1',
    ...event,
  };
}

/** The environment variables that point an AWS SDK or the AWS CLI at the simulator. The credentials are not checked. */
export function environmentOf(endpoint: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL_MARKETPLACE_METERING: endpoint,
    AWS_ENDPOINT_URL_MARKETPLACE_ENTITLEMENT_SERVICE: endpoint,
    AWS_ENDPOINT_URL_MARKETPLACE_AGREEMENT: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
}

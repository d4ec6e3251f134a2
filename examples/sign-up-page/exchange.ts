import { AwsClient } from 'aws4fetch';

/** What AWS Marketplace knows about the buyer who came with a code. */
export interface Buyer {
  subscriptionId: string;
  productCode: string;
  customerAWSAccountId: string;
}

/** `undefined`: the code was used before, has expired or does not exist. Only the buyer can bring another one. */
export type Exchange = (code: string) => Promise<Buyer | undefined>;

/**
 * Exchanges codes at the stack, with the application's role (`saas.grantExchangeRegistration(role)`).
 * @param apiUrl - such as https://abc123.execute-api.us-east-1.amazonaws.com
 */
export function stackExchange(apiUrl: string, environment: NodeJS.ProcessEnv): Exchange {
  const aws = new AwsClient({
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
    sessionToken: environment.AWS_SESSION_TOKEN,
    region: 'us-east-1',
    service: 'execute-api',
    // Once: if the first answer is lost, the code is used, and a second try would say so.
    retries: 0,
  });
  return async (code) => {
    const response = await aws.fetch(`${apiUrl}/registration/exchange`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
    if (response.ok) return readBuyer(await response.json());
    if ([400, 404, 410].includes(response.status)) return undefined;
    throw new Error(`POST /registration/exchange answered ${response.status}`);
  };
}

function readBuyer(answer: unknown): Buyer {
  const read = (name: string): string => {
    if (typeof answer === 'object' && answer !== null && name in answer) {
      const value: unknown = Object.entries(answer).find(([key]) => key === name)?.[1];
      if (typeof value === 'string') return value;
    }
    throw new Error(`POST /registration/exchange answered without ${name}`);
  };
  return {
    subscriptionId: read('subscriptionId'),
    productCode: read('productCode'),
    customerAWSAccountId: read('customerAWSAccountId'),
  };
}

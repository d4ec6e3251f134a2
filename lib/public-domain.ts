import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { ExplainedError } from './explained-error';

/** A name of the seller's own for the address that buyers come to. */
export interface PublicDomain {
  readonly domainName: string;
  readonly certificate: ICertificate;
  readonly hostedZone: IHostedZone | undefined;
}

/** @throws ExplainedError for a name without its certificate, or the other way round. */
export function toPublicDomain(props: {
  readonly domainName?: string;
  readonly certificate?: ICertificate;
  readonly hostedZone?: IHostedZone;
}): PublicDomain | undefined {
  const { domainName, certificate, hostedZone } = props;
  if (domainName !== undefined && certificate !== undefined) return { domainName, certificate, hostedZone };
  if (domainName === undefined && certificate === undefined && hostedZone === undefined) return undefined;
  throw new ExplainedError(
    'MarketplaceSaas wants domainName and certificate together, and hostedZone only with both.\n' +
      'The certificate covers the name and lies in us-east-1 (AWS Certificate Manager); without a hostedZone you point ' +
      'the name at the address yourself.',
  );
}

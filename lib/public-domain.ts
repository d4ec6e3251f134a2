import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { ExplainedError } from './explained-error';

/** The seller's domain name for the pages that buyers open. */
export interface PublicDomain {
  readonly domainName: string;
  readonly certificate: ICertificate;
  readonly hostedZone: IHostedZone | undefined;
}

/** @throws ExplainedError for a domain name without a certificate, or a certificate without a domain name. */
export function toPublicDomain(props: {
  readonly domainName?: string;
  readonly certificate?: ICertificate;
  readonly hostedZone?: IHostedZone;
}): PublicDomain | undefined {
  const { domainName, certificate, hostedZone } = props;
  if (domainName !== undefined && certificate !== undefined) return { domainName, certificate, hostedZone };
  if (domainName === undefined && certificate === undefined && hostedZone === undefined) return undefined;
  throw new ExplainedError(
    'Give MarketplaceSaas domainName and certificate together, and hostedZone only with both.\n' +
      'The certificate must cover the domain name and be in us-east-1 (AWS Certificate Manager). Without a hostedZone, ' +
      'create the DNS records yourself.',
  );
}

import { ApiMapping, DomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import { AaaaRecord, ARecord, RecordTarget, type IAliasRecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties, CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { FrontDoor } from './front-door';
import type { MarketplaceFunction } from './marketplace-function';
import type { PublicApi } from './public-api';
import type { PublicDomain } from './public-domain';

export interface PublicEntranceProps {
  readonly api: PublicApi;
  /** The functions that browsers call. */
  readonly browserFunctions: readonly MarketplaceFunction[];
  /** @default - a domain name that AWS generates */
  readonly domain?: PublicDomain;
  readonly firewall: boolean;
}

/**
 * The address that buyers open: the API's own, the seller's domain name, or a CloudFront distribution with a firewall.
 * The seller's application keeps calling the API's own address, because a signature is valid for one host only.
 */
export class PublicEntrance extends Construct {
  /** Without a trailing slash. */
  readonly endpoint: string;

  constructor(scope: Construct, id: string, { api, browserFunctions, domain, firewall }: PublicEntranceProps) {
    super(scope, id);
    if (firewall) {
      const apiEndpoint = api.endpoint;
      const { distribution } = new FrontDoor(this, 'FrontDoor', { apiEndpoint, browserFunctions, ...domain });
      this.endpoint = `https://${domain?.domainName ?? distribution.distributionDomainName}`;
      if (domain) this.#point(domain, new CloudFrontTarget(distribution));
    } else if (domain) {
      this.endpoint = `https://${domain.domainName}`;
      this.#point(domain, this.#nameApi(domain, api));
    } else {
      this.endpoint = api.endpoint;
    }
  }

  /** Makes API Gateway serve the domain name. */
  #nameApi({ domainName, certificate }: PublicDomain, { api, stage }: PublicApi): IAliasRecordTarget {
    const name = new DomainName(this, 'DomainName', { domainName, certificate });
    new ApiMapping(this, 'Mapping', { api, stage, domainName: name });
    return new ApiGatewayv2DomainProperties(name.regionalDomainName, name.regionalHostedZoneId);
  }

  #point({ domainName, hostedZone }: PublicDomain, target: IAliasRecordTarget): void {
    if (hostedZone === undefined) return;
    const record = { zone: hostedZone, recordName: `${domainName}.`, target: RecordTarget.fromAlias(target) };
    new ARecord(this, 'A', record);
    new AaaaRecord(this, 'Aaaa', record);
  }
}

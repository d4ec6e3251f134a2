let counter = 0;

export interface AgreementEventFields {
  id?: string;
  detailType?: string;
  time?: string;
  licenseArn?: string;
  productCode?: string;
  accountId?: string;
  agreementId?: string;
  /** The status of an ended agreement. */
  status?: string;
}

/** A licence event as EventBridge delivers it, with a new id each time; a field given as undefined is left out. */
export function anAgreementEvent(fields: AgreementEventFields = {}): Record<string, unknown> {
  counter += 1;
  const event = {
    id: `00000000-0000-4000-8000-${String(counter).padStart(12, '0')}`,
    detailType: 'License Updated - Manufacturer',
    time: '2026-11-02T10:00:00Z',
    licenseArn: 'aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef',
    productCode: 'licenseproduct00000000000',
    accountId: '111122223333',
    agreementId: 'agmt-1',
    status: undefined as string | undefined,
    ...fields,
  };
  return {
    version: '0',
    id: event.id,
    'detail-type': event.detailType,
    source: 'aws.agreement-marketplace',
    account: '999988887777',
    time: event.time,
    region: 'us-east-1',
    resources: [],
    detail: {
      requestId: 'request-1',
      catalog: 'AWSMarketplace',
      ...(event.licenseArn && { license: { arn: event.licenseArn } }),
      ...(event.productCode && { product: { id: 'prod-1', code: event.productCode } }),
      ...(event.accountId && { acceptor: { accountId: event.accountId } }),
      ...(event.agreementId && { agreement: { id: event.agreementId, status: event.status } }),
    },
  };
}

let counter = 0;

export interface CustomerNotificationFields {
  id?: string;
  action?: string;
  time?: string;
  productCode?: string;
  customerIdentifier?: string;
  more?: Record<string, unknown>;
}

/** A notification about a legacy product's customer, as SNS puts it into a queue. */
export function aCustomerNotification(fields: CustomerNotificationFields = {}): Record<string, unknown> {
  counter += 1;
  const { id, action, time, productCode, customerIdentifier, more } = {
    id: `00000000-0000-4000-9000-${String(counter).padStart(12, '0')}`,
    action: 'subscribe-success',
    time: '2026-11-02T10:00:00.123Z',
    productCode: 'legacyproduct000000000000',
    customerIdentifier: 'X01EXAMPLEX',
    more: {},
    ...fields,
  };
  const message = { action, 'customer-identifier': customerIdentifier, 'product-code': productCode, ...more };
  return {
    Type: 'Notification',
    MessageId: id,
    TopicArn: `arn:aws:sns:us-east-1:287250355862:aws-mp-subscription-notification-${productCode}`,
    Message: JSON.stringify(message, undefined, 1),
    Timestamp: time,
    SignatureVersion: '1',
    Signature: 'signature',
  };
}

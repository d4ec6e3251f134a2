const {
  MarketplaceMeteringClient,
  ResolveCustomerCommand,
  BatchMeterUsageCommand,
} = require('@aws-sdk/client-marketplace-metering');

const RECORDS_PER_CALL = 25;
const ATTEMPTS = 5;

/** What a seller's application does with AWS Marketplace. It knows nothing of the simulator: the environment names it. */
class MarketplaceIntegration {
  #client = new MarketplaceMeteringClient({});

  /** Finds out who has come with the token that AWS Marketplace posted. */
  async register(token) {
    const { CustomerAWSAccountId, LicenseArn, ProductCode } = await this.#client.send(
      new ResolveCustomerCommand({ RegistrationToken: token }),
    );
    return { accountId: CustomerAWSAccountId, licenseArn: LicenseArn, productCode: ProductCode };
  }

  /**
   * Reports the usage of finished hours: `{ accountId, licenseArn, dimension, hour, quantity }`. What AWS leaves unprocessed is
   * sent again, unchanged. Returns the records that AWS refused, with its status.
   */
  async report(usage) {
    let unsent = usage.map(({ accountId, licenseArn, dimension, hour, quantity }) => ({
      CustomerAWSAccountId: accountId,
      LicenseArn: licenseArn,
      Dimension: dimension,
      Timestamp: hour,
      Quantity: quantity,
    }));
    const refused = [];
    for (let attempt = 1; unsent.length > 0; attempt++) {
      if (attempt > ATTEMPTS) throw new Error(`AWS has not processed ${unsent.length} records.`);
      const unprocessed = [];
      for (let start = 0; start < unsent.length; start += RECORDS_PER_CALL) {
        const UsageRecords = unsent.slice(start, start + RECORDS_PER_CALL);
        const answer = await this.#client.send(new BatchMeterUsageCommand({ UsageRecords }));
        refused.push(...(answer.Results ?? []).filter(({ Status }) => Status !== 'Success'));
        unprocessed.push(...(answer.UnprocessedRecords ?? []));
      }
      unsent = unprocessed;
    }
    return refused;
  }

  close() {
    this.#client.destroy();
  }
}

module.exports = { MarketplaceIntegration };

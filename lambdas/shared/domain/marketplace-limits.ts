/**
 * AWS Marketplace's limits, with their sources.
 *
 * - NEWEST MODEL: the service model in botocore 1.44.8 (`data/meteringmarketplace/2016-01-14/service-2.json`); it knows
 *   decimal quantities, which no client on npm knows yet
 * - SDK: the documentation shipped in `@aws-sdk/client-marketplace-metering` 3.1138.0 (`dist-types/models/*.d.ts`,
 *   also https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_BatchMeterUsage.html)
 * - MODEL: the limits in the same package's service model
 * - GUIDE: https://docs.aws.amazon.com/marketplace/latest/userguide/metering-service.html
 */

/** SDK: "BatchMeterUsage can process up to 25 UsageRecords at a time". */
export const MAX_RECORDS_PER_CALL = 25;

/** SDK: "A UsageRecord can optionally include multiple usage allocations … request size less than 1 MB". */
export const MAX_CALL_BYTES = 1_000_000;

/** NEWEST MODEL: Quantity and AllocatedUsageQuantity 0 … 2147483647; deprecated since 2026-10-20. */
export const MAX_WHOLE_QUANTITY = 2_147_483_647;

/** NEWEST MODEL: QuantityAsDecimal and AllocatedUsageQuantityAsDecimal, 1 … 17 characters of this pattern. */
export const QUANTITY_TEXT = /^(0|[1-9][0-9]{0,9})(\.[0-9]{1,6})?$/;
export const MAX_DECIMAL_QUANTITY = '9999999999.999999';
export const QUANTITY_PLACES = 6;

/** GUIDE (quotas): 10 BatchMeterUsage calls a second for an account and region. */
export const MAX_CALLS_PER_SECOND = 10;

/** SDK: "Your application can meter usage for up to 24 hours in the past". */
export const ACCEPTED_FOR_MS = 24 * 60 * 60 * 1000;

/** SDK: "6-hour grace period to submit usage records for the previous billing month before 06:00 UTC on the first". */
export const MONTH_END_GRACE_MS = 6 * 60 * 60 * 1000;

/** MODEL: UsageAllocations 1 … 2500 a record. */
export const MAX_ALLOCATIONS_PER_RECORD = 2500;

/** MODEL: TagList 1 … 5 tags an allocation; GUIDE: at most 5 distinct keys a record. */
export const MAX_TAGS = 5;

/** MODEL: TagKey and TagValue, `^[a-zA-Z0-9+ -=._:\/@]+$`. Only these of the range ` -=` are documented. */
export const TAG_KEY = /^[a-zA-Z0-9+ \-=._:/@]{1,100}$/;
export const TAG_VALUE = /^[a-zA-Z0-9+ \-=._:/@]{1,256}$/;

/** SDK, GUIDE: a registration token is valid for 30 minutes, about an hour or 4 hours, depending on the page: the longest. */
export const REGISTRATION_TOKEN_MAX_MS = 4 * 60 * 60 * 1000;

/** GUIDE (quotas): 20 GetEntitlements calls a second for an account. */
export const MAX_ENTITLEMENT_CALLS_PER_SECOND = 20;

/** MODEL: GetEntitlements' MaxResults 1 … 25. */
export const MAX_ENTITLEMENTS_PER_PAGE = 25;

/** NEWEST MODEL: LicenseArn. */
export const LICENSE_ARN =
  /^arn:aws[a-zA-Z-]*:[A-Za-z0-9][A-Za-z0-9_/.-]{0,62}:[A-Za-z0-9_/.-]{0,63}:[A-Za-z0-9_/.-]{0,63}:[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,1023}$/;

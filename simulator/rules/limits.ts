/**
 * Every number and pattern that AWS Marketplace enforces. The product under test keeps its own copy: if the two shared
 * one, the simulator could not catch a wrong number in it.
 *
 * MODEL: the service models of the APIs in botocore 1.44.8; `data/aws-facts.json` holds what they say. SDK: the
 * documentation shipped in `@aws-sdk/client-marketplace-metering` and `-entitlement-service` 3.1138.0. GUIDE: the AWS
 * Marketplace Seller Guide.
 */
export const SECOND_MS = 1000;
export const HOUR_MS = 3600 * SECOND_MS;

/** BatchMeterUsageRequest$UsageRecords (SDK, MODEL). */
export const MAX_RECORDS_PER_CALL = 25;
/** "each request must be less than 1 MB" (SDK); read as 1 MiB. */
export const REQUEST_LIMIT_BYTES = 1024 * 1024;
/** UsageQuantity, AllocatedUsageQuantity (MODEL). */
export const MAX_QUANTITY = 2_147_483_647;
/** UsageQuantityAsDecimalString, AllocatedUsageQuantityAsDecimalString (MODEL): 0 to 9,999,999,999.999999. */
export const DECIMAL_QUANTITY = /^(0|[1-9][0-9]{0,9})(\.[0-9]{1,6})?$/;
export const MAX_DECIMAL_LENGTH = 17;
/** "aren't accepted 24 hours or more after an event" (SDK). */
export const ACCEPTANCE_WINDOW_MS = 24 * HOUR_MS;
/** The previous month's records are accepted before 06:00 UTC on the first of the month (SDK). */
export const MONTH_END_GRACE_MS = 6 * HOUR_MS;
/** How long final usage is accepted after an agreement ends (GUIDE: "one hour to submit final usage records"). */
export const FINAL_USAGE_WINDOW_MS = 60 * 60 * SECOND_MS;

/** UsageAllocations (MODEL). */
export const MAX_ALLOCATIONS = 2500;
/** TagList (MODEL); "the number of tags is greater than 5" (SDK, InvalidTagException). */
export const MAX_TAGS_PER_ALLOCATION = 5;
/** Distinct tag keys over all allocations of one record (GUIDE). */
export const MAX_TAG_KEYS_PER_RECORD = 5;
/**
 * The characters as the GUIDE lists them. MODEL's pattern reads ` -=` as a range and so accepts a few more.
 */
export const TAG_KEY = /^[a-zA-Z0-9+ \-=._:/@]{1,100}$/;
export const TAG_VALUE = /^[a-zA-Z0-9+ \-=._:/@]{1,256}$/;

export const PRODUCT_CODE = /^[-a-zA-Z0-9/=:_.@]*$/;
export const ACCOUNT_ID = /^[0-9]+$/;
/** ResourceId of the Agreement service, AgreementId of the metering service (MODEL). */
export const AGREEMENT_ID = /^[A-Za-z0-9_/-]+$/;
export const MAX_AGREEMENT_ID_LENGTH = 64;
export const LICENSE_ARN =
  /^arn:aws[a-zA-Z-]*:[A-Za-z0-9][A-Za-z0-9_/.-]{0,62}:[A-Za-z0-9_/.-]{0,63}:[A-Za-z0-9_/.-]{0,63}:[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,1023}$/;

/** Calls per second and account (GUIDE, service quotas). */
export const BATCH_METER_USAGE_PER_SECOND = 10;
export const GET_ENTITLEMENTS_PER_SECOND = 20;
/** GetEntitlementsRequest$MaxResults (MODEL). */
export const MAX_ENTITLEMENTS_PER_PAGE = 25;

/** SDK and GUIDE say 30 minutes, about 1 hour and 4 hours. The default is the shortest, which is the hardest on sellers. */
export const TOKEN_LIFETIME_MS = 30 * 60 * SECOND_MS;

/** How long a free trial lasts unless the purchase says otherwise. Sellers choose it; 30 days are common (inferred). */
export const FREE_TRIAL_MS = 30 * 24 * HOUR_MS;

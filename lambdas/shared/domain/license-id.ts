/** `l-` and its hexadecimal digits, at the end of the ARN. AWS uses 32; the limit keeps it within a DynamoDB key. */
const LICENSE_ID = /(?<=^|[:/])l-[0-9a-zA-Z]{1,200}$/;

/**
 * The `l-…` id within a licence ARN, in lower case; undefined when there is none.
 *
 * EventBridge shows the same licence in several shapes (`arn:…:license:l-…`, without `arn:`, `…:l-…`,
 * `…:license/l-…`). Compare licences by this id, never by ARN.
 */
export function toLicenseId(licenseArn: string): string | undefined {
  return LICENSE_ID.exec(licenseArn.trim())?.[0].toLowerCase();
}

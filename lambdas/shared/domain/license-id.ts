/** `l-` and its hexadecimal digits, at the end of the ARN; AWS has 32 of them, and a key has room for no thousands. */
const LICENSE_ID = /(?<=^|[:/])l-[0-9a-zA-Z]{1,200}$/;

/**
 * The `l-…` id within a licence ARN, lower-cased; undefined when there is none.
 *
 * EventBridge shows the same licence in several shapes (`arn:…:license:l-…`, without `arn:`, `…:l-…`,
 * `…:license/l-…`), so two ARNs are the same licence when their ids are, never by comparing the ARNs.
 */
export function toLicenseId(licenseArn: string): string | undefined {
  return LICENSE_ID.exec(licenseArn.trim())?.[0].toLowerCase();
}

import { BodyTooLargeError, UnsupportedMediaTypeError } from '../shared/runtime/http-error';
import type { HttpRequest } from '../shared/runtime/http-message';

export const FORM_MEDIA_TYPE = 'application/x-www-form-urlencoded';
export const FORM_MAX_BYTES = 16 * 1024;

/** What AWS Marketplace makes the buyer's browser post. */
export interface RegistrationForm {
  token: string | undefined;
  freeTrial: boolean;
}

/**
 * Reads AWS Marketplace's two documented fields and no other, wherever they stand. Of a field that comes twice the first
 * one that is not empty counts.
 * @throws BodyTooLargeError UnsupportedMediaTypeError
 */
export function readRegistrationForm({ bodyBytes, body, headers }: HttpRequest): RegistrationForm {
  if (bodyBytes.length > FORM_MAX_BYTES) throw new BodyTooLargeError(FORM_MAX_BYTES);
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== undefined && mediaType !== FORM_MEDIA_TYPE) throw new UnsupportedMediaTypeError([FORM_MEDIA_TYPE]);
  const fields = new URLSearchParams(body);
  return {
    token: fields
      .getAll('x-amzn-marketplace-token')
      .map((value) => value.trim())
      .find((value) => value !== ''),
    freeTrial: fields.getAll('x-amzn-marketplace-offer-type').includes('free-trial'),
  };
}

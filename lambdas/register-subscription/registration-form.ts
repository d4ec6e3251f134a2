import { type HttpRequest, refuseLargeBody, UnsupportedMediaTypeError } from '../shared/runtime/http-message';

export const TOKEN_FIELD = 'x-amzn-marketplace-token';
export const OFFER_TYPE_FIELD = 'x-amzn-marketplace-offer-type';
const FORM_MEDIA_TYPE = 'application/x-www-form-urlencoded';

/**
 * AWS documents no shape of its tokens, which are long and printable. Junk that is neither costs no call of
 * ResolveCustomer, whose rate all buyers share.
 */
const LIKE_A_TOKEN = /^[\x21-\x7e]{16,4096}$/;

export const isLikeToken = (text: string) => LIKE_A_TOKEN.test(text);

/** The form that AWS Marketplace makes the buyer's browser post. */
export interface RegistrationForm {
  token: string | undefined;
  freeTrial: boolean;
}

/**
 * Reads AWS Marketplace's two documented fields. If a field occurs twice, the first that is not empty counts.
 * @throws BodyTooLargeError UnsupportedMediaTypeError
 */
export function readRegistrationForm(request: HttpRequest): RegistrationForm {
  refuseLargeBody(request);
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== undefined && mediaType !== FORM_MEDIA_TYPE) throw new UnsupportedMediaTypeError([FORM_MEDIA_TYPE]);
  const fields = new URLSearchParams(request.body);
  return {
    token: fields
      .getAll(TOKEN_FIELD)
      .map((value) => value.trim())
      .find((value) => value !== ''),
    freeTrial: fields.getAll(OFFER_TYPE_FIELD).includes('free-trial'),
  };
}

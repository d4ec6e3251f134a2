const MESSAGES = {
  AccessDeniedException: 'User does not have sufficient access to perform this action.',
  CustomerNotEntitledException: 'The customer does not have a valid subscription for the product.',
  DisabledApiException: 'The API is disabled in the Region.',
  ExpiredTokenException: 'The submitted registration token has expired.',
  InternalServerException: 'Unexpected error during processing of request.',
  InternalServiceErrorException: 'An internal error has occurred. Retry your request.',
  InvalidCustomerIdentifierException: 'The customer identifier is not valid for this product.',
  InvalidLicenseException: 'The license is not valid for this usage.',
  InvalidParameterException: 'One or more parameters in your request was invalid.',
  InvalidProductCodeException: 'The product code is not valid.',
  InvalidTagException: 'The tag is invalid, or the number of tags is greater than 5.',
  InvalidTokenException: 'Registration token is invalid.',
  InvalidUsageAllocationsException: 'Sum of allocated usage quantities is not equal to the usage quantity.',
  InvalidUsageDimensionException: 'The usage dimension does not match one of the dimensions of the product.',
  MissingAuthenticationToken: 'Missing Authentication Token',
  RequestEntityTooLargeException: 'Each request must be less than 1 MB in size.',
  ResourceNotFoundException: 'Request references a resource which does not exist.',
  SerializationException: 'The request could not be parsed.',
  ThrottlingException: 'Rate exceeded',
  TimestampOutOfBoundsException: 'The timestamp is out of the allowed range.',
  UnknownOperationException: 'The operation is unknown.',
  ValidationException: 'The request does not satisfy the constraints of the operation.',
} as const;

export type ServiceErrorType = keyof typeof MESSAGES;
export const SERVICE_ERROR_TYPES = Object.keys(MESSAGES) as ServiceErrorType[];

const STATUS: Partial<Record<ServiceErrorType, number>> = {
  InternalServerException: 500,
  InternalServiceErrorException: 500,
  MissingAuthenticationToken: 403,
  RequestEntityTooLargeException: 413,
};

/** An exception that the service returns; `type` is its `__type` on the wire, `details` its members beside `message`. */
export class ServiceError extends Error {
  readonly type: ServiceErrorType;
  readonly status: number;

  constructor(
    type: ServiceErrorType,
    message: string = MESSAGES[type],
    readonly details: object = {},
  ) {
    super(message);
    this.name = type;
    this.type = type;
    this.status = STATUS[type] ?? 400;
  }
}

import type { Operation } from './faults';
import type { ServiceErrorType } from './service-error';

/**
 * The errors that each operation's model declares. All others come from the framework in front of the service, such as
 * SerializationException, ValidationException and MissingAuthenticationToken.
 */
export const DECLARED_ERRORS = {
  ResolveCustomer: [
    'InvalidTokenException',
    'ExpiredTokenException',
    'ThrottlingException',
    'InternalServiceErrorException',
    'DisabledApiException',
  ],
  BatchMeterUsage: [
    'InternalServiceErrorException',
    'InvalidProductCodeException',
    'InvalidUsageDimensionException',
    'InvalidTagException',
    'InvalidUsageAllocationsException',
    'InvalidCustomerIdentifierException',
    'TimestampOutOfBoundsException',
    'ThrottlingException',
    'DisabledApiException',
    'InvalidLicenseException',
  ],
  GetEntitlements: ['InvalidParameterException', 'ThrottlingException', 'InternalServiceErrorException'],
  DescribeAgreement: [
    'ValidationException',
    'AccessDeniedException',
    'ResourceNotFoundException',
    'ThrottlingException',
    'InternalServerException',
  ],
} as const satisfies Record<Operation, readonly ServiceErrorType[]>;

/** The services name their internal error differently. */
export function internalErrorOf(operation: Operation): ServiceErrorType {
  return declares(operation, 'InternalServerException') ? 'InternalServerException' : 'InternalServiceErrorException';
}

export function declares(operation: Operation, type: ServiceErrorType): boolean {
  const declared: readonly ServiceErrorType[] = DECLARED_ERRORS[operation];
  return declared.includes(type);
}

import * as z from 'zod';
import type { Context } from '../rules/context';
import { required } from '../rules/required';
import { ServiceError } from '../rules/service-error';
import { readRequest } from './read-request';

export const resolveCustomerRequest = z.object({ RegistrationToken: z.string().min(1) });

interface ResolveCustomerOutput {
  /** Legacy products only. */
  CustomerIdentifier?: string;
  ProductCode: string;
  CustomerAWSAccountId: string;
  /** Absent for a moment after the purchase. */
  LicenseArn?: string;
  Metadata: { AgreementId: string };
}

/** Identifies the customer to whom the registration token was issued. */
export function resolveCustomer(context: Context, input: unknown): ResolveCustomerOutput {
  const { RegistrationToken } = readRequest(resolveCustomerRequest, input, 'InvalidTokenException');
  const { state, options, clock } = context;
  const token = state.tokens.get(RegistrationToken);
  if (!token) throw new ServiceError('InvalidTokenException');
  if (clock.now() >= token.expiresAtMs) throw new ServiceError('ExpiredTokenException');
  // "This can happen if … the buyer has resubmitted the registration token" (SDK, ExpiredTokenException).
  if (token.used && options.tokenUse === 'singleUse') throw new ServiceError('ExpiredTokenException');
  token.used = true;
  const agreement = required(state.agreements, token.agreementId, 'agreement');
  const { identityMode } = required(state.products, agreement.productCode, 'product');
  const { customerIdentifier } = required(state.buyers, agreement.accountId, 'buyer');
  return {
    ...(identityMode === 'legacy' && { CustomerIdentifier: customerIdentifier }),
    ProductCode: agreement.productCode,
    CustomerAWSAccountId: agreement.accountId,
    ...(!context.faults.take('ResolveCustomer', 'noLicenseArn') && { LicenseArn: agreement.licenseArn }),
    Metadata: { AgreementId: agreement.agreementId },
  };
}

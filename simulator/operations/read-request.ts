import type { z } from 'zod';
import { ServiceError, type ServiceErrorType } from '../rules/service-error';

/**
 * Parses a request before any rule applies. A member of the wrong type is a SerializationException; one that is missing
 * or out of range is a `refusal`, which is the error that the operation declares for it, or the framework's. Unknown
 * members are ignored, and null means absent.
 */
export function readRequest<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  refusal: ServiceErrorType = 'ValidationException',
): z.output<Schema> {
  const parsed = schema.safeParse(withoutNulls(input));
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const wrongType = parsed.error.issues.find(({ code, message }) => code === 'invalid_type' && !isMissing(message));
  if (wrongType) throw new ServiceError('SerializationException', `${at(wrongType)}: ${wrongType.message}`);
  throw new ServiceError(
    refusal,
    `${parsed.error.issues.length} validation error(s) detected: ${first ? `${at(first)}: ${first.message}` : ''}`,
  );
}

const at = ({ path }: { path: PropertyKey[] }) => (path.length === 0 ? 'the request' : path.map(String).join('.'));
const isMissing = (message: string) => message.endsWith('received undefined');

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null && member !== undefined)
      .map(([name, member]) => [name, withoutNulls(member)]),
  );
}

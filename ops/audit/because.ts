import { InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../errors';

/** Why an operator changes something: a code and a ticket, so that no free text can hold personal data. */
export interface Because {
  reason?: string;
  ticket?: string;
}

const CODE = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$/;

/** A reason code or a ticket id. An e-mail address is neither. */
export function codeArgument(text: string): string {
  if (!CODE.test(text)) throw new InvalidArgumentError('Give up to 64 letters, digits and . _ / -, without spaces.');
  return text;
}

const WHEN = { optional: '', withApply: '; with --apply required' } as const;

export const reasonOption = (when: keyof typeof WHEN = 'optional'): Option =>
  new Option('--reason <code>', `why, as a code; kept for the audit${WHEN[when]}`).argParser(codeArgument);

export const ticketOption = (when: keyof typeof WHEN = 'optional'): Option =>
  new Option('--ticket <id>', `the ticket that asks for it; kept for the audit${WHEN[when]}`).argParser(codeArgument);

/** @throws UsageError when a command that nobody can take back is applied without a reason and a ticket. */
export function required({ reason, ticket }: Because): Required<Because> {
  if (reason === undefined || ticket === undefined)
    throw new UsageError('With --apply give both --reason CODE and --ticket ID: they are kept for the audit.');
  return { reason, ticket };
}

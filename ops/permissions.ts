/** The managed policies that the stack makes and outputs for operators: see `lib/operator-policies.ts`. */
export type OperatorPolicy = 'Read' | 'Change' | 'PersonalData';

/**
 * The lines of a command's `--help` that name the policies it needs besides the one for reading, which all need.
 * @param others - an option of the command with which it needs the policy, or `always`
 */
export function needs(others: Partial<Record<Exclude<OperatorPolicy, 'Read'>, string>> = {}): string {
  const more = Object.entries(others).map(
    ([policy, when]) => outputOf(policy) + (when === 'always' ? '' : `, ${when}`),
  );
  return `\nPolicies (outputs of the stack, docs/security.md):\n${[outputOf('Read'), ...more].map((line) => `  ${line}`).join('\n')}`;
}

const outputOf = (policy: string) => `Operator${policy}PolicyArn`;

import { failed, attention, ok, whenRead, type Finding } from '../finding';
import type { Reading } from '../reading';

const CONFIGURATION = 'configuration';
const TEMPLATE = 'template';
const DEPLOY = 'docs/deploy.md#3-configure-and-deploy';

/** `problem`: why the configuration cannot be used; undefined when it is the deployed one. */
export function checkConfiguration(problem: string | undefined): Finding {
  if (problem === undefined) return ok(CONFIGURATION, 'The configuration is the deployed one.');
  return failed(CONFIGURATION, problem, {
    todo: 'Name the deployed file with --config, or deploy this one; then repeat the command.',
    see: DEPLOY,
  });
}

const LISTED = 3;

/** `differing`: the logical ids of resources that only one of the two templates has, or that differ. */
export function checkTemplate(reading: Reading<{ differing: readonly string[] }>): Finding[] {
  return whenRead(TEMPLATE, reading, ({ differing }) => {
    if (differing.length === 0) return ok(TEMPLATE, 'The deployed template is the synthesized one.');
    const more = differing.length > LISTED ? ` and ${differing.length - LISTED} more` : '';
    return attention(
      TEMPLATE,
      `The deployed template differs from the synthesized one in ${differing.slice(0, LISTED).join(', ')}${more}.`,
      { todo: 'Run `npx cdk diff`, then `npx cdk deploy`, or check out the deployed version.', see: DEPLOY },
    );
  });
}

/** Compares the resources of two templates. */
export function differingResources(
  deployed: Readonly<Record<string, unknown>>,
  synthesized: Readonly<Record<string, unknown>>,
  areEqual: (one: unknown, other: unknown) => boolean,
): string[] {
  const ids = new Set([...Object.keys(deployed), ...Object.keys(synthesized)]);
  return [...ids].filter((id) => !areEqual(deployed[id], synthesized[id])).sort();
}

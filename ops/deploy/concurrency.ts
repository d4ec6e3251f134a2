import { readFileSync } from 'node:fs';
import { GetTemplateCommand, type CloudFormationClient } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import type { AwsApi } from '../doctor/aws-api';
import { readConcurrency } from '../doctor/reads/account';

/** Lambda refuses a reservation that would leave the account fewer (Lambda's documentation of reserved concurrency). */
const LEAST_UNRESERVED = 100;

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Properties: z
        .object({ ReservedConcurrentExecutions: z.int().catch(0) })
        .catch({ ReservedConcurrentExecutions: 0 }),
    }),
  ),
});

/** What the functions of a template reserve together. */
export function reservedBy(template: string): number {
  const { Resources } = templateSchema.parse(JSON.parse(template));
  return Object.values(Resources).reduce((sum, { Properties }) => sum + Properties.ReservedConcurrentExecutions, 0);
}

/** How many executions a deployment reserves, and of how many in the account that nothing reserves. */
export interface Reservation {
  /** More than the deployed stack does. */
  added: number;
  unreserved: number;
}

/** Why the deployment would fail; undefined: it has room. */
export function lackOfRoom({ added, unreserved }: Reservation): string | undefined {
  const left = unreserved - added;
  if (added <= 0 || left >= LEAST_UNRESERVED) return undefined;
  return (
    `meterConcurrency reserves ${added} executions more, and the account has ${unreserved} that nothing reserves. Lambda wants ` +
    `${LEAST_UNRESERVED} left, so this deployment would fail. Ask AWS for more concurrent executions (Service Quotas), or ` +
    'leave meterConcurrency out.'
  );
}

/** Asks AWS only if something is reserved. */
export async function readReservation(
  { stack, template, region }: { stack: string; template: string; region: string },
  { cloudFormation, api }: { cloudFormation: CloudFormationClient; api: AwsApi },
): Promise<Reservation> {
  const wanted = reservedBy(readFileSync(template, 'utf8'));
  if (wanted === 0) return { added: 0, unreserved: Infinity };
  const { TemplateBody } = await cloudFormation.send(
    new GetTemplateCommand({ StackName: stack, TemplateStage: 'Original' }),
  );
  // Before the first deployment, the prepared stack has an empty template.
  const deployed = TemplateBody === undefined || TemplateBody.trim() === '' ? 0 : reservedBy(TemplateBody);
  return { added: wanted - deployed, ...(await readConcurrency(api, region)) };
}

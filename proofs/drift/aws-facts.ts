import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

export const FACTS_FILE = join('data', 'aws-facts.json');

/** What AWS's model says of one member. Numbers are a length for texts and lists. */
const member = z.strictObject({
  type: z.string(),
  required: z.literal(true).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  pattern: z.string().optional(),
  values: z.array(z.string()).optional(),
  deprecatedSince: z.string().optional(),
});
export type MemberFact = z.output<typeof member>;
export type MemberFacts = z.output<typeof members>;
const members = z.record(z.string(), member);

const operation = z.strictObject({
  service: z.string(),
  inputShape: z.string(),
  outputShape: z.string(),
  errors: z.array(z.string()),
  /** By path, such as `UsageRecords[].Quantity`. */
  input: members,
  output: members,
});
export type OperationFacts = z.output<typeof operation>;

const service = z.strictObject({
  apiVersion: z.string(),
  targetPrefix: z.string(),
  jsonVersion: z.string(),
  protocols: z.array(z.string()),
});
export type ServiceFacts = z.output<typeof service>;

/**
 * `measured`: seen on the wire, by us or in what a seller published. `documented`: AWS says so. `inferred`: our reading
 * where AWS is silent.
 */
const known = z.enum(['measured', 'documented', 'inferred']);

const facts = z.strictObject({
  model: z.strictObject({ known, botocore: z.string(), date: z.iso.date() }),
  services: z.record(z.string(), service),
  operations: z.record(z.string(), operation),
  /** `lacks`: the members of the operations that the package does not know, by operation and path. */
  clients: z.record(
    z.string(),
    z.strictObject({ known, version: z.string(), operations: z.array(z.string()), lacks: z.array(z.string()) }),
  ),
  /** Detail-types of EventBridge. `body`: how the members of the detail are known. */
  events: z.array(z.strictObject({ detailType: z.string(), known, body: known })),
  /** What no model and no package shows. */
  unseen: z.array(z.strictObject({ fact: z.string(), known, from: z.string(), concerns: z.array(z.string()).min(1) })),
});
export type AwsFacts = z.output<typeof facts>;

/** @throws ZodError when the file does not have the form of this version. */
export function readFacts(file: string = FACTS_FILE): AwsFacts {
  return facts.parse(JSON.parse(readFileSync(file, 'utf8')));
}

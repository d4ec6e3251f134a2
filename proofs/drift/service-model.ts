import * as z from 'zod';
import type { MemberFact, MemberFacts, OperationFacts, ServiceFacts } from './aws-facts';

const reference = z.object({ shape: z.string(), deprecatedSince: z.string().optional() });
type Reference = z.output<typeof reference>;
const shape = z.object({
  type: z.string(),
  members: z.record(z.string(), reference).default({}),
  required: z.array(z.string()).default([]),
  member: reference.optional(),
  key: reference.optional(),
  value: reference.optional(),
  enum: z.array(z.string()).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  pattern: z.string().optional(),
});
type Shape = z.output<typeof shape>;

const model = z.object({
  metadata: z.object({
    apiVersion: z.string(),
    targetPrefix: z.string(),
    jsonVersion: z.string(),
    protocols: z.array(z.string()),
  }),
  operations: z.record(
    z.string(),
    z.object({ input: reference, output: reference, errors: z.array(reference).default([]) }),
  ),
  shapes: z.record(z.string(), shape),
});

/** A service model as botocore carries it. */
export class ServiceModel {
  readonly #model: z.output<typeof model>;

  /** @throws ZodError when this is no service model, or one of another form. */
  constructor(
    private readonly name: string,
    json: unknown,
  ) {
    this.#model = model.parse(json);
  }

  get service(): ServiceFacts {
    const { apiVersion, targetPrefix, jsonVersion, protocols } = this.#model.metadata;
    return { apiVersion, targetPrefix, jsonVersion, protocols };
  }

  /** @returns undefined when the service has no such operation. */
  operation(name: string): OperationFacts | undefined {
    const found = this.#model.operations[name];
    if (found === undefined) return undefined;
    const { input, output, errors } = found;
    return {
      service: this.name,
      inputShape: input.shape,
      outputShape: output.shape,
      errors: errors.map((error) => error.shape).sort(),
      input: this.#membersOf(input),
      output: this.#membersOf(output),
    };
  }

  #membersOf(root: Reference): MemberFacts {
    const found: MemberFacts = {};
    this.#collect(root, { path: '', within: [] }, found);
    return found;
  }

  /** Adds every member below a shape. `within`: the shapes around it, so that a recursive shape ends. */
  #collect({ shape: name }: Reference, { path, within }: { path: string; within: string[] }, found: MemberFacts): void {
    if (within.includes(name)) return;
    const around = [...within, name];
    const { type, members, required, member, key, value } = this.#shape(name);
    if (type === 'list' && member) return this.#collect(member, { path: `${path}[]`, within: around }, found);
    const keys = key && this.#shape(key.shape).enum;
    const below: [string, Reference][] =
      type === 'map' && keys && value ? keys.map((each) => [each, value]) : Object.entries(members);
    for (const [each, target] of below) {
      const memberPath = path === '' ? each : `${path}.${each}`;
      found[memberPath] = this.#factOf(target, required.includes(each));
      this.#collect(target, { path: memberPath, within: around }, found);
    }
  }

  #factOf({ shape: name, deprecatedSince }: Reference, required: boolean): MemberFact {
    const { type, min, max, pattern, enum: values } = this.#shape(name);
    return {
      type,
      ...(required && { required: true as const }),
      ...limits({ min, max, pattern }),
      ...(values && { values: [...values].sort() }),
      ...(deprecatedSince !== undefined && { deprecatedSince }),
    };
  }

  #shape(name: string): Shape {
    const found = this.#model.shapes[name];
    if (!found) throw new Error(`The model of ${this.name} has no shape ${name}.`);
    return found;
  }
}

const ANY_TEXT = '[\\s\\S]*';
const ANY_BUT_EMPTY = '[\\s\\S]+';

/** One form for limits that say the same: AWS matches a pattern against the whole text. */
export function limits({ min = 0, max, pattern = ANY_TEXT }: Pick<Shape, 'min' | 'max' | 'pattern'>) {
  const bare = pattern.replace(/^\^|\$$/g, '').replaceAll('\\/', '/');
  const least = bare === ANY_BUT_EMPTY ? Math.max(1, min) : min;
  return {
    ...(least > 0 && { min: least }),
    ...(max !== undefined && { max }),
    ...(bare !== ANY_TEXT && bare !== ANY_BUT_EMPTY && { pattern: bare }),
  };
}

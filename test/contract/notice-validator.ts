import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020';
import * as z from 'zod';

const FOLDER = 'schemas';
const named = z.object({ kind: z.string(), schemaVersion: z.int() });

/** Validates notices with the schema files, as a seller's application would. */
export class NoticeValidator {
  readonly #ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });

  constructor() {
    this.#ajv.addFormat('date-time', { validate: (text: string) => z.iso.datetime().safeParse(text).success });
    for (const name of readdirSync(FOLDER).filter((each) => each.endsWith('.json')))
      this.#ajv.addSchema(JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8')));
  }

  /** The problem with the detail of an event, or undefined. */
  problemOf(detail: unknown): string | undefined {
    const { kind, schemaVersion } = named.parse(detail);
    const validate = this.#ajv.getSchema(`${kind}.v${schemaVersion}.json`);
    if (validate === undefined) return `There is no schema ${kind}.v${schemaVersion}.json.`;
    return validate(detail) === true ? undefined : `${kind}: ${this.#ajv.errorsText(validate.errors)}`;
  }
}

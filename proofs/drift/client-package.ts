import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import * as z from 'zod';
import type { AwsFacts, MemberFacts } from './aws-facts';

/** A JavaScript client's package, as far as its declarations tell which members it knows. */
export class ClientPackage {
  readonly version: string;
  readonly #structures = new Map<string, Map<string, string>>();

  constructor(folder: string) {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    this.version = z.object({ version: z.string() }).parse(manifest).version;
    const models = join(folder, 'dist-types', 'models');
    for (const file of readdirSync(models)) this.#read(readFileSync(join(models, file), 'utf8'));
  }

  /** The members of the operations that the package does not know, by operation and path. */
  lacks(operations: readonly string[], facts: AwsFacts): string[] {
    return operations.flatMap((name) => {
      const { input = {}, output = {}, inputShape = '', outputShape = '' } = facts.operations[name] ?? {};
      return [
        ...this.#missing(input, inputShape).map((path) => `${name}.input.${path}`),
        ...this.#missing(output, outputShape).map((path) => `${name}.output.${path}`),
      ];
    });
  }

  /** Members of a map are keys, which the package passes on whatever they are. */
  #missing(members: MemberFacts, root: string): string[] {
    const paths = Object.keys(members);
    const maps = paths.filter((path) => members[path]?.type === 'map');
    return paths.filter((path) => !maps.some((map) => path.startsWith(`${map}.`)) && !this.#knows(path, root));
  }

  #knows(path: string, root: string): boolean {
    let structure: string | undefined = root;
    for (const name of path.replaceAll('[]', '').split('.')) {
      structure = structure === undefined ? undefined : this.#structures.get(structure)?.get(name);
      if (structure === undefined) return false;
    }
    return true;
  }

  /** Notes each interface's members with the name of their type, or of their list's items. */
  #read(text: string): void {
    for (const node of ts.createSourceFile('models.d.ts', text, ts.ScriptTarget.Latest).statements) {
      if (!ts.isInterfaceDeclaration(node)) continue;
      const members = node.members.filter(ts.isPropertySignature).map(({ name, type }): [string, string] => {
        const types = type && ts.isUnionTypeNode(type) ? type.types : type ? [type] : [];
        return [ts.isIdentifier(name) ? name.text : '', types.map(typeName).find((each) => each !== '') ?? ''];
      });
      this.#structures.set(node.name.text, new Map(members));
    }
  }
}

function typeName(type: ts.TypeNode): string {
  if (ts.isArrayTypeNode(type)) return typeName(type.elementType);
  return ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName) ? type.typeName.text : '';
}

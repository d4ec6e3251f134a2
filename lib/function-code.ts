import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssetHashType, Stack, type CfnResource } from 'aws-cdk-lib';
import { Code, type AssetCode, type CodeConfig, type ResourceBindOptions } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import {
  CONFIGURATION_FILES,
  FUNCTIONS,
  type FunctionDesign,
  type FunctionName,
} from '../lambdas/shared/contract/functions';
import type { ParsedConfiguration } from '../lambdas/shared/contract/seller-configuration';
import type { Brand } from '../lambdas/shared/contract/seller-pages';
import { functionBundle } from './function-bundle';

/** A function's code asset: its bundle, and beside it the files of the seller's configuration that it reads. */
export class FunctionCode extends Code {
  readonly isInline = false;
  #asset: AssetCode | undefined;

  constructor(
    private readonly functionName: FunctionName,
    private readonly configuration: ParsedConfiguration,
    private readonly brand: Brand,
  ) {
    super();
  }

  override bind(scope: Construct): CodeConfig {
    const folder = mkdtempSync(join(tmpdir(), 'function-'));
    try {
      const hash = createHash('sha256');
      // The CDK CLI needs no code to list or destroy stacks.
      for (const [name, content] of this.#files(Stack.of(scope).bundlingRequired)) {
        writeFileSync(join(folder, name), content);
        hash.update(`${name}\n${content.length}\n`).update(content);
      }
      this.#asset = Code.fromAsset(folder, { assetHash: hash.digest('hex'), assetHashType: AssetHashType.CUSTOM });
      return this.#asset.bind(scope);
    } finally {
      // CDK has copied it to the assembly.
      rmSync(folder, { recursive: true });
    }
  }

  override bindToResource(resource: CfnResource, options?: ResourceBindOptions): void {
    this.#asset?.bindToResource(resource, options);
  }

  #files(withCode: boolean): [name: string, content: string | Uint8Array][] {
    const { page, ...configuration } = this.configuration;
    const contents = { configuration, pages: { page, ...this.brand } };
    const { files = [] }: FunctionDesign = FUNCTIONS[this.functionName];
    return [
      ...(withCode ? [['index.mjs', functionBundle(this.functionName)] satisfies [string, Uint8Array]] : []),
      ...files.map((file): [string, string] => [CONFIGURATION_FILES[file], JSON.stringify(contents[file])]),
    ];
  }
}

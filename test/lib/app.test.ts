import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

describe('bin/app.ts', () => {
  it('exits with status 1 and the explanation, without a stack trace, when the configuration is invalid', () => {
    const { status, stderr } = run({ marketplace: { products: [] } }, 'us-east-1');
    expect(status).toBe(1);
    expect(stderr).toContain('The marketplace configuration is wrong:');
    expect(stderr).not.toMatch(/^\s+at .*\.[jt]s:\d+/m);
  });

  it('says that it bundles the functions, unless the command needs no code', () => {
    // Stops before it bundles, because AWS Marketplace is not in this region.
    const region = 'eu-central-1';
    expect(run({}, region).stderr).toMatch(/^Bundling the functions …\n/);
    expect(run({ 'aws:cdk:bundling-stacks': [] }, region).stderr).not.toContain('Bundling');
  });
});

function run(context: object, region: string) {
  const env = { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_DEFAULT_REGION: region };
  return spawnSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], { env, encoding: 'utf8' });
}

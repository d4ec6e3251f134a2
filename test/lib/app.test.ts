import { spawnSync } from 'node:child_process';
import { App } from 'aws-cdk-lib';
import { describe, expect, it, vi } from 'vitest';
import { announceBundling } from '../../bin/announce-bundling';

describe('bin/app.ts', () => {
  it('exits with status 1 and the explanation, without a stack trace, when the configuration is invalid', () => {
    const { status, stderr } = run({ marketplace: { products: [] } }, 'us-east-1');
    expect(status).toBe(1);
    expect(stderr).toContain('The marketplace configuration is wrong:');
    expect(stderr).not.toMatch(/^\s+at .*\.[jt]s:\d+/m);
  });

  it('says that it bundles the functions', () => {
    // Stops before it bundles, because AWS Marketplace is not in this region.
    expect(run({}, 'eu-central-1').stderr).toMatch(/^Bundling the functions …\n/);
  });

  it('does not say so for a command that needs no code', () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    announceBundling(new App({ context: { 'aws:cdk:bundling-stacks': [] } }));
    announceBundling(new App({ context: { 'aws:cdk:bundling-stacks': ['MarketplaceSaas'] } }));
    const times = said.mock.calls.length;
    said.mockRestore();
    expect(times).toBe(1);
  });
});

function run(context: object, region: string) {
  const env = { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_DEFAULT_REGION: region };
  return spawnSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], { env, encoding: 'utf8' });
}

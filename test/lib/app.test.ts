import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

describe('bin/app.ts', () => {
  it('exits with status 1 and the explanation, without a stack trace, when the configuration is invalid', () => {
    const context = JSON.stringify({ marketplace: { products: [] } });
    const env = { ...process.env, CDK_CONTEXT_JSON: context, CDK_DEFAULT_REGION: 'us-east-1' };
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
      env,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('The marketplace configuration is wrong:');
    expect(stderr).not.toMatch(/^\s+at .*\.[jt]s:\d+/m);
  });
});

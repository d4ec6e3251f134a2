import { describe, expect, it } from 'vitest';
import { hourPath, opsCommand, subscriptionPath } from '../../../ops/console/words';

describe('a command line on a page', () => {
  it('names the installation, and quotes what a shell would run', () => {
    const options = ['--stack', 'Billing'];
    expect(opsCommand({ options }, 'explain', 's-1', 'events')).toBe(
      'npm run ops -- explain s-1 events --stack Billing',
    );
    expect(opsCommand({ options: [] }, 'explain', `$(reboot)'; x`)).toBe(`npm run ops -- explain '$(reboot)'\\''; x'`);
  });
});

describe('an address of a page', () => {
  it('keeps ids and dimensions in their place, whatever they hold', () => {
    expect(subscriptionPath('a/../b?c')).toBe('/subscriptions/a%2F..%2Fb%3Fc');
    expect(hourPath({ subscriptionId: 's', dimension: 'a/b"', hour: '2026-07-03T14' })).toBe(
      '/subscriptions/s/hours/a%2Fb%22/2026-07-03T14',
    );
  });
});

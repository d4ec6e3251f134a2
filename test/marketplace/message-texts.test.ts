import { describe, expect, it } from 'vitest';
import { messageTime } from '../../lambdas/shared/marketplace/message-texts';

describe('the time of a message', () => {
  it.each([
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['2026-11-02T12:00:00.5+02:00', '2026-11-02T10:00:00.500Z'],
    ['9999-01-01T00:00:00Z', '9999-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('is read in UTC: %s', (text, time) => {
    expect(messageTime.parse(text)).toBe(time);
  });

  it.each([
    '9999-12-31T23:00:00-01:00',
    '0000-01-01T00:00:00+01:00',
    '1969-12-31T23:59:59.999Z',
    '2026-11-02T12:00:00',
  ])('is refused if it does not sort as text among the others, or has no zone: %s', (text) => {
    expect(messageTime.safeParse(text).success).toBe(false);
  });
});

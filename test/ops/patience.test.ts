import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { patient } from '../../ops/output/patience';
import { RecordingTerminal } from '../fakes/recording-terminal';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a command that takes long', () => {
  it('says after two seconds that it still works', () => {
    const terminal = new RecordingTerminal();
    patient(terminal, 'reading');
    vi.advanceTimersByTime(1999);
    expect(terminal.errors).toBe('');
    vi.advanceTimersByTime(1);
    expect(terminal.errors).toBe('Still working: reading …\n');
  });

  it('says nothing when it has finished or shows its own progress', () => {
    const terminal = new RecordingTerminal();
    patient(terminal, 'reading').stop();
    patient(terminal, 'reading').terminal.progress('Hours', 3);
    // As the console does, which prints its address and then waits.
    patient(terminal, 'reading').terminal.out('The console: …');
    vi.advanceTimersByTime(10_000);
    expect(terminal.errors).toBe('');
  });
});

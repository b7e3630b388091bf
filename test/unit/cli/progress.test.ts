import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProgressBar } from '../../../ts/cli/session/progress.js';

/**
 * Work of just over a second by the clock of the test, after which the bar has had the time to
 * load.
 */
async function work(bar: ProgressBar): Promise<void> {
  for (let done = 1; done <= 12; done++) {
    bar.update({ done, total: 20, phase: 'descriptors' });
    await vi.advanceTimersByTimeAsync(120);
    await vi.dynamicImportSettled();
  }
}

describe('ProgressBar', () => {
  const wasTerminal = process.stderr.isTTY;
  let written = '';

  beforeEach(() => {
    written = '';
    vi.useFakeTimers();
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
  });

  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
    process.stderr.isTTY = wasTerminal;
  });

  it('shows on a terminal, once the work takes longer than a second', async () => {
    process.stderr.isTTY = true;
    const bar = new ProgressBar(false);
    bar.update({ done: 1, total: 20, phase: 'descriptors' });
    await vi.advanceTimersByTimeAsync(100);
    expect(written).toBe('');
    await work(bar);
    bar.stop();
    expect(written).toContain('descriptors');
    const length = written.length;
    bar.update({ done: 20, total: 20, phase: 'descriptors' });
    expect(written).toHaveLength(length);
  });

  it.each([
    ['elsewhere', false, false],
    ['when it shall be quiet', true, true],
  ])('says nothing %s', async (_, isTerminal, quiet) => {
    process.stderr.isTTY = isTerminal;
    const bar = new ProgressBar(quiet);
    await work(bar);
    bar.stop();
    expect(written).toBe('');
  });
});

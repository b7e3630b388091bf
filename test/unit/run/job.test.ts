import { describe, expect, it, type Mock, vi } from 'vitest';
import type { CoreJob } from '../../../ts/backend/backend.js';
import { runJob } from '../../../ts/run/job.js';

function job(steps: number, step: CoreJob['step']): CoreJob & { free: Mock<() => void> } {
  return { steps, step, finish: () => Float64Array.of(42), free: vi.fn<() => void>() };
}

describe('runJob', () => {
  it('runs the steps in order, waiting for each, and frees the job', async () => {
    const order: string[] = [];
    const work = job(3, async (index) => {
      order.push(`begin ${index}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      order.push(`end ${index}`);
    });
    expect(await runJob(() => work, {}, 'test')).toEqual(Float64Array.of(42));
    expect(order).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1', 'begin 2', 'end 2']);
    expect(work.free).toHaveBeenCalledOnce();
  });

  it('lets timers fire between synchronous steps', async () => {
    let fired = 0;
    const timer = setInterval(() => fired++, 1);
    const work = job(10, () => {
      const until = performance.now() + 10;
      while (performance.now() < until);
    });
    await runJob(() => work, {}, 'test');
    clearInterval(timer);
    expect(fired).toBeGreaterThan(2);
  });

  it('frees the job when a step fails, and says what the core said', async () => {
    const work = job(2, () => {
      throw new Error('INVALID_STRUCTURE: frame 3: no');
    });
    await expect(runJob(() => work, {}, 'test')).rejects.toMatchObject({
      code: 'INVALID_STRUCTURE',
      message: 'frame 3: no',
    });
    expect(work.free).toHaveBeenCalledOnce();
  });

  it('frees the job when it is cancelled', async () => {
    const controller = new AbortController();
    const work = job(2, () => {
      controller.abort('stop');
    });
    await expect(runJob(() => work, { signal: controller.signal }, 'test')).rejects.toBe('stop');
    expect(work.free).toHaveBeenCalledOnce();
  });

  it('says so when the core refuses to plan', async () => {
    const refuse = (): never => {
      throw new Error('EMPTY: there are no structures');
    };
    await expect(runJob(refuse, {}, 'test')).rejects.toMatchObject({ code: 'EMPTY' });
  });
});

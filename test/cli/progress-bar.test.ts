import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createProgressBar } from '../../src/cli/shared/progress-bar.ts';

it('says nothing of the time left before anything is done', async () => {
  let written = '';
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    written += String(chunk);
    return true;
  });
  onTestFinished(() => write.mockRestore());
  const bar = createProgressBar({ format: '{value} done, {eta_formatted} left', noTTYOutput: true });
  const shown = () => {
    written = '';
    bar.render();
    return written.trim();
  };
  bar.start(1000, 0);
  expect(shown()).toBe('0 done, – left');
  bar.update(0);
  expect(shown()).toBe('0 done, – left');
  await setTimeout(20);
  bar.update(500);
  expect(shown()).toMatch(/^500 done, \d+s left$/);
  bar.stop();
});

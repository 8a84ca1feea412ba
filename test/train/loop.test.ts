import { describe, expect, it } from 'vitest';
import { stepsAtOnce } from '../../src/train/loop.ts';

/** The blocks from a step on to the end of the run. */
function blocks(options: Parameters<typeof stepsAtOnce>[0], start = 0): readonly number[] {
  const lengths: number[] = [];
  for (let step = start; step < options.steps; step += lengths.at(-1) ?? 1) lengths.push(stepsAtOnce(options, step));
  return lengths;
}

describe('stepsAtOnce', () => {
  it('ends blocks at checkpoints and at the end of the run', () => {
    expect(blocks({ stepsPerRun: 20, checkpointEvery: 100, steps: 60 })).toEqual([20, 20, 20]);
    expect(blocks({ stepsPerRun: 20, checkpointEvery: 50, steps: 100 })).toEqual([20, 20, 10, 20, 20, 10]);
    expect(blocks({ stepsPerRun: 20, checkpointEvery: 5, steps: 12 })).toEqual([5, 5, 2]);
  });

  it('finds back to the checkpoints after a run that was stopped between them', () => {
    expect(blocks({ stepsPerRun: 4, checkpointEvery: 10, steps: 20 }, 7)).toEqual([3, 4, 4, 2]);
  });
});

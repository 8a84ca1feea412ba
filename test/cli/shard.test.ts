import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/shared/exit.ts';
import { isInShard, parseShard } from '../../src/cli/stylize/shard.ts';

type Environment = Readonly<Record<string, string>>;

const slurm = (id: number, first: number, last: number, count: number, step = 1): Environment => ({
  SLURM_ARRAY_TASK_ID: String(id),
  SLURM_ARRAY_TASK_MIN: String(first),
  SLURM_ARRAY_TASK_MAX: String(last),
  SLURM_ARRAY_TASK_COUNT: String(count),
  SLURM_ARRAY_TASK_STEP: String(step),
});
const kubernetes = (index: string): Environment => ({ JOB_COMPLETION_INDEX: index });

describe('parseShard', () => {
  it.each<[text: string, environment: Environment, part: number, parts: number]>([
    ['3/10', {}, 3, 10],
    ['1/1', {}, 1, 1],
    ['3/10', slurm(1, 1, 4, 4), 3, 10],
    ['auto/10', kubernetes('0'), 1, 10],
    ['auto/10', kubernetes('9'), 10, 10],
    ['auto', slurm(0, 0, 31, 32), 1, 32],
    ['auto', slurm(10, 1, 10, 10), 10, 10],
    ['auto/10', slurm(10, 1, 10, 10), 10, 10],
    ['auto', slurm(7, 1, 7, 4, 2), 4, 4],
  ])('%s with %j', (text, environment, part, parts) => {
    expect(parseShard(text, environment)).toEqual({ part, parts });
  });

  it.each<[text: string, environment: Environment, message: string]>([
    ['3', {}, 'Expected the part and the number of parts for --shard, such as 3/10, but received 3'],
    ['a/b', {}, 'but received a/b'],
    ['0/10', {}, 'Expected a part from 1 to 10 but received --shard 0/10'],
    ['11/10', {}, 'from 1 to 10 but received --shard 11/10'],
    ['1/0', {}, 'Expected at least one part but received --shard 1/0'],
    ['auto', {}, 'but found neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX'],
    ['auto', kubernetes('3'), 'Expected the number of completions with --shard auto, such as auto/10'],
    ['auto/3', kubernetes('3'), 'Expected a part from 1 to 3 but received JOB_COMPLETION_INDEX=3 of 3 completions'],
    ['auto/3', kubernetes('x'), 'Expected a whole number in JOB_COMPLETION_INDEX for --shard auto but found x'],
    [
      'auto',
      slurm(3, 1, 7, 4),
      'evenly spaced tasks for --shard auto, such as --array=1-10, but received 4 tasks from 1',
    ],
    ['auto/8', slurm(1, 1, 10, 10), 'Expected a Slurm array of 8 tasks for --shard auto/8 but it has 10'],
    [
      'auto',
      { SLURM_ARRAY_TASK_ID: '1' },
      'Expected a whole number in SLURM_ARRAY_TASK_MIN for --shard auto but it is',
    ],
  ])('refuses %s with %j', (text, environment, message) => {
    expect(() => parseShard(text, environment)).toThrow(message);
    expect(() => parseShard(text, environment)).toThrow(UsageError);
  });
});

describe('isInShard', () => {
  const parts = 7;
  const partOf = (name: string) => {
    const found = Array.from({ length: parts }, (_, index) => index + 1).filter((part) =>
      isInShard(name, { part, parts }),
    );
    expect(found).toHaveLength(1);
    return found[0];
  };

  it('puts each picture into one part, of about equal sizes', () => {
    const sizes = new Map<number | undefined, number>();
    for (let number = 0; number < 7000; number++) {
      const part = partOf(`album/IMG_${number}.jpg`);
      sizes.set(part, (sizes.get(part) ?? 0) + 1);
    }
    expect(sizes.size).toBe(parts);
    for (const size of sizes.values()) expect(Math.abs(size - 1000)).toBeLessThan(120);
  });

  it('stays the same from one version to the next, so that a split list can go on', () => {
    expect(['a.png', 'b.png', 'album/c.jpg', 'é.webp'].map(partOf)).toEqual([6, 5, 2, 4]);
  });
});

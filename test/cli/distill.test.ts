import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadLossNetwork } from '../../src/loss-network/weights/load-loss-network.node.ts';
import { runCommandLine } from '../helpers/command-line.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { makePhotographs, writePatternVgg } from '../helpers/training-files.ts';

/** A teacher, pictures, and the command line that distils them into a file of the folder. */
async function prepare() {
  const folder = await temporaryFolder();
  const teacher = await writePatternVgg(folder, 'relu2_1');
  const pictures = [
    await makePhotographs(join(folder, 'photographs'), 3),
    await makePhotographs(join(folder, 'paintings'), 2),
  ];
  const defaults = { '--layer': 'relu2_1', '--batch': '2', '--size': '64', '--steps': '1' };
  const distil = (out: string, flags: Readonly<Record<string, string>>) => {
    const words = Object.entries({ ...defaults, ...flags }).flat();
    return runCommandLine('distill', '--teacher', teacher, '--pictures', ...pictures, '--out', out, '--json', ...words);
  };
  return { distil, fileAt: (name: string) => join(folder, name) };
}

describe('impasto distill', () => {
  it('makes a network that costs a share of its teacher, in half precision, and goes on from it', async () => {
    const { distil, fileAt } = await prepare();
    const out = fileAt('student.safetensors');
    const first = await distil(out, { '--cost': '0.3' });
    expect(first.code, first.stderr).toBe(0);
    const { cost, teacherCost, ranks, pictureCount } = JSON.parse(first.stdout);
    expect(pictureCount).toBe(5);
    expect(cost / teacherCost).toBeLessThanOrEqual(0.3);
    const { tensors } = await loadLossNetwork(out);
    expect(tensors.get('conv2_1.basis.weight')?.shape).toEqual([ranks.conv2_1, ranks.conv2_1, 3, 3]);
    expect(tensors.get('conv1_2.basis.weight')?.shape).toEqual([ranks.conv1_2, ranks.conv1_2, 4, 4]);
    expect(tensors.get('conv1_1.weight')?.shape).toEqual([64, 3, 3, 3]);
    const numbers = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
    expect((await stat(out)).size).toBeLessThan(2 * numbers + 4000);

    const further = fileAt('further.safetensors');
    const second = await distil(further, { '--start': out, '--steps': '30', '--learning-rate': '0.0005' });
    expect(second.code, second.stderr).toBe(0);
    expect(JSON.parse(second.stdout).ranks).toEqual(ranks);
    /** The loss on eight pictures, always the same. */
    const lossOf = async (student: string) => {
      const still = { '--start': student, '--learning-rate': '1e-9', '--batch': '8', '--seed': '5' };
      return JSON.parse((await distil(fileAt('same.safetensors'), still)).stdout).last.loss;
    };
    expect(await lossOf(further)).toBeLessThan(0.9 * (await lossOf(out)));
  });

  it.each<[Readonly<Record<string, string>>, number, RegExp]>([
    [{ '--batch': '3' }, 2, /multiple of 2, the number of folders, for --batch but received 3/],
    [{ '--cost': '0.3', '--start': 'x' }, 2, /either --cost or --start/],
    [{ '--cost': '0.001' }, 1, /share of at least 0\.\d+ of the teacher's multiplications but received 0.001/],
    [{ '--layer': 'relu3_1' }, 1, /up to relu3_1 but the file ends at relu2_1/],
    [{ '--layer': 'pool1' }, 1, /Expected a layer of vgg19/],
  ])('refuses %j and writes nothing', async (flags, code, message) => {
    const { distil, fileAt } = await prepare();
    const out = fileAt('student.safetensors');
    const result = await distil(out, flags);
    expect(result.stderr).toMatch(message);
    expect(result.code).toBe(code);
    await expect(stat(out)).rejects.toThrow();
  });
});

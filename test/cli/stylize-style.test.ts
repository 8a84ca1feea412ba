import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { recipeNames } from '../../src/graph-builder/objective/recipes.ts';
import { decodePicture } from '../../src/image/decode.node.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import { readBaseFile } from '../../src/style-file/base/base-file.node.ts';
import { shippedBase } from '../../src/style-file/base/shipped-base.node.ts';
import { runCommandLine } from '../helpers/command-line.ts';
import { plainPicture, smoothPicture, vividPicture } from '../helpers/pictures.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const painting = (name: string) => fileURLToPath(new URL(`../../artifacts/style-images/${name}.jpg`, import.meta.url));

describe('impasto stylize --style', () => {
  it('paints in the predicted style of any painting, without training', async () => {
    const folder = await temporaryFolder();
    const photograph = join(folder, 'photograph.png');
    await encodePicture(smoothPicture(64, 48), photograph);
    const paintAfter = async (name: string) => {
      const output = join(folder, `${name}.png`);
      const argv = ['stylize', photograph, '--style', painting(name), '--output', output, '--threads', '1', '--json'];
      const { code, stdout } = await runCommandLine(...argv);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ outputs: [output], model: painting(name) });
      return decodePicture(output);
    };
    const [mosaic, woodcut] = [await paintAfter('mosaic'), await paintAfter('woodcut')];
    expect([mosaic.width, mosaic.height]).toEqual([64, 48]);
    const distance = mosaic.data.reduce((sum, value, at) => sum + Math.abs(value - (woodcut.data[at] ?? 0)), 0);
    expect(distance / mosaic.data.length).toBeGreaterThan(10);
  }, 300_000);

  it('takes a trained style by its name, as --model does, and writes beside the photograph where it is not told', async () => {
    const folder = await temporaryFolder();
    const photograph = join(folder, 'photograph.jpg');
    await encodePicture(smoothPicture(64, 48), photograph);
    const paint = async (...argv: readonly string[]) => {
      const { code, stdout } = await runCommandLine('stylize', photograph, ...argv, '--threads', '1', '--json');
      expect(code).toBe(0);
      return JSON.parse(stdout).outputs;
    };
    const named = join(folder, 'named.png');
    expect(await paint('--style', 'wave', '-o', named)).toEqual([named]);
    const model = join(folder, 'model.png');
    await paint('-m', 'wave', '-o', model);
    expect(await decodePicture(named)).toEqual(await decodePicture(model));
    expect(await paint('--style', 'wave')).toEqual([join(folder, 'photograph-wave.jpg')]);
    const { code, stderr } = await runCommandLine('stylize', folder, '--style', 'wave');
    expect(code).toBe(2);
    expect(stderr).toContain('--output');
  });

  it('does not write over the painting', async () => {
    const folder = await temporaryFolder();
    const [photograph, own] = [join(folder, 'photograph.png'), join(folder, 'painting.png')];
    await encodePicture(smoothPicture(64, 48), photograph);
    await encodePicture(vividPicture(80, 80), own);
    const before = await readFile(own);
    expect((await runCommandLine('stylize', photograph, '--style', own, '--output', own)).code).toBe(2);
    expect(await readFile(own)).toEqual(before);
  });

  it.each([
    [[]],
    [['--style', painting('mosaic'), '--model', 'wave']],
    [['--model', 'wave', '--no-crop']],
    [['--model', shippedBase]],
    [['--style', 'FLAT']],
  ])('wrong usage: %j', async (argv) => {
    const folder = await temporaryFolder();
    const [photograph, flat] = [join(folder, 'photograph.png'), join(folder, 'flat.png')];
    await encodePicture(smoothPicture(64, 48), photograph);
    await encodePicture(plainPicture(80, 80, [90, 90, 90]), flat);
    const output = join(folder, 'out.png');
    const words = argv.map((word) => (word === 'FLAT' ? flat : word));
    expect((await runCommandLine('stylize', photograph, ...words, '--output', output)).code).toBe(2);
    await expect(stat(output)).rejects.toThrow();
  });
});

describe('the base that comes with impasto', () => {
  it('is small, and looks at paintings with what comes with impasto', async () => {
    const { network, description } = await readBaseFile(shippedBase);
    expect((await stat(shippedBase)).size).toBeLessThan(1.6e6);
    expect(network.channels).toBe(16);
    expect(description.lossNetwork).toBe('vgg19-lite');
    expect(recipeNames).toContain(description.recipe);
  });
});

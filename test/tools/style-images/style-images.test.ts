import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src/image/decode.node.ts';
import type { Picture } from '../../../src/image/picture.ts';
import { styleImageNames } from '../../../tools/style-images/index.node.ts';
import { runToolLine } from '../../helpers/command-line.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const committed = join(import.meta.dirname, '../../../artifacts/style-images');

describe('the style images', () => {
  it.each(styleImageNames)('%s.jpg has a short side of 768 pixels and at most 400 kB', async (name) => {
    const file = join(committed, `${name}.jpg`);
    const { width, height } = await decodePicture(file);
    expect(Math.min(width, height)).toBe(768);
    expect((await stat(file)).size).toBeLessThanOrEqual(400e3);
  });

  it('are what `impasto style-images` draws', { timeout: 900_000 }, async () => {
    const folder = join(await temporaryFolder(), 'new');
    const { code, stdout } = await runToolLine('style-images', '--out', folder, '--json');
    expect(code).toBe(0);
    const files = styleImageNames.map((name) => join(folder, `${name}.jpg`));
    expect(JSON.parse(stdout)).toEqual({ files });
    for (const file of files) {
      expect(
        meanDifference(await decodePicture(file), await decodePicture(join(committed, basename(file)))),
      ).toBeLessThan(2);
    }
  });

  it('tell one picture from another by that difference', async () => {
    const [mosaic, woodcut] = await Promise.all(
      ['mosaic.jpg', 'woodcut.jpg'].map((file) => decodePicture(join(committed, file))),
    );
    if (mosaic === undefined || woodcut === undefined) throw new Error('Expected two pictures');
    expect(meanDifference(mosaic, woodcut)).toBeGreaterThan(40);
  });
});

/** The mean absolute difference of two pictures of one size, in levels of 255. */
function meanDifference(a: Picture, b: Picture): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  return a.data.reduce((sum, value, index) => sum + Math.abs(value - (b.data[index] ?? 0)), 0) / a.data.length;
}

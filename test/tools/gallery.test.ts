import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { psnr } from '../../src/image/compare.ts';
import { decodePicture, pictureSize } from '../../src/image/decode.node.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import { runToolLine } from '../helpers/command-line.ts';
import { plainPicture, smoothPicture } from '../helpers/pictures.ts';
import { writeStyles } from '../helpers/style-files.ts';
import { identityGraph, negative, negativeGraph } from '../helpers/style-models.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** A folder with the styles `negative` and `same`, and two photographs. */
async function workplace() {
  const root = await temporaryFolder();
  const at = (...parts: readonly string[]) => join(root, ...parts);
  await mkdir(at('photographs'));
  await writeStyles(at('styles'), {
    negative: { graph: negativeGraph(), author: 'the <author> of negative' },
    same: { graph: identityGraph(), author: 'the <author> of same' },
  });
  await encodePicture(plainPicture(40, 20, [200, 40, 40]), at('styles', 'negative.jpg'));
  await encodePicture(smoothPicture(60, 40), at('photographs', 'old-bridge.png'));
  await encodePicture(plainPicture(30, 50, [20, 90, 160]), at('photographs', 'sea.png'));
  const gallery = (...argv: readonly string[]) =>
    runToolLine('gallery', '--from', at('styles'), '--out', at('docs'), '--threads', '1', ...argv);
  return { at, gallery };
}

const files = ['negative-old-bridge.jpg', 'negative-sea.jpg', 'old-bridge.jpg', 'same-old-bridge.jpg'];

describe('impasto gallery', () => {
  it('paints every photograph in every style, and writes the same again', async () => {
    const { at, gallery } = await workplace();
    await mkdir(at('docs', 'gallery'), { recursive: true });
    await writeFile(at('docs', 'gallery', 'of-an-earlier-style.jpg'), '');
    await writeFile(at('docs', 'gallery', 'notes.txt'), '');
    const argv = ['--photographs', at('photographs'), '--max-side', '48'];
    const { code, stdout } = await gallery(...argv, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      page: at('docs', 'gallery.md'),
      styles: ['negative', 'same'],
      photographs: ['old-bridge', 'sea'],
      pictures: 7,
    });
    const pictures = [...files, 'negative-painting.jpg', 'same-sea.jpg', 'sea.jpg'];
    expect((await readdir(at('docs', 'gallery'))).sort()).toEqual([...pictures, 'notes.txt'].sort());
    expect(await pictureSize(at('docs', 'gallery', 'negative-old-bridge.jpg'))).toEqual({ width: 48, height: 32 });
    const photograph = await decodePicture(at('docs', 'gallery', 'sea.jpg'));
    const painted = await decodePicture(at('docs', 'gallery', 'negative-sea.jpg'));
    expect(psnr(painted, negative(photograph))).toBeGreaterThan(35);

    const page = await readFile(at('docs', 'gallery.md'), 'utf8');
    const linked = [...page.matchAll(/src="gallery\/([^"]+)"/g)].map(([, name]) => name);
    expect(linked.sort()).toEqual(pictures.sort());
    expect(page).toContain('alt="old bridge, in the style negative"');
    expect(page).toContain('the &lt;author&gt; of same, CC0');

    const before = await Promise.all(pictures.map((name) => readFile(at('docs', 'gallery', name))));
    expect(await gallery(...argv)).toMatchObject({ code: 0 });
    const after = await Promise.all(pictures.map((name) => readFile(at('docs', 'gallery', name))));
    expect(after).toEqual(before);
    expect(await readFile(at('docs', 'gallery.md'), 'utf8')).toBe(page);
  });

  it('opens with the first photograph in several styles, each painting in a corner', async () => {
    const { at, gallery } = await workplace();
    await writeStyles(at('styles'), { 'starry-night': { graph: negativeGraph() }, mosaic: { graph: identityGraph() } });
    await encodePicture(plainPicture(40, 20, [200, 40, 40]), at('styles', 'starry-night.jpg'));
    expect(await gallery('--photographs', at('photographs'), '--max-side', '48')).toMatchObject({ code: 0 });
    const opening = await decodePicture(at('docs', 'gallery', 'opening.jpg'));
    const [cellWidth, cellHeight, gap] = [480, 320, 8];
    expect(opening).toMatchObject({ width: 3 * cellWidth + 2 * gap, height: cellHeight });
    const redAt = (x: number, y: number) => {
      const [red = 0, green = 0, blue = 0] = opening.data.slice(3 * (y * opening.width + x));
      return red - (green + blue) / 2;
    };
    // starry-night comes first, with its painting below at the left; mosaic has none.
    expect(redAt(40, cellHeight - 30)).toBeGreaterThan(120);
    expect(redAt(40, 30)).toBeLessThan(120);
    expect(redAt(cellWidth + gap + 40, cellHeight - 30)).toBeLessThan(120);
  });

  it('writes nothing where a photograph cannot be read or two have one name', async () => {
    const { at, gallery } = await workplace();
    await writeFile(at('photographs', 'text.jpg'), 'no picture');
    await mkdir(at('twins'));
    await encodePicture(plainPicture(9, 9, [1, 2, 3]), at('twins', 'sea.png'));
    const unreadable = await gallery('--photographs', at('photographs'));
    expect(unreadable).toMatchObject({ code: 1, stderr: expect.stringContaining('text.jpg') });
    const twins = await gallery('--photographs', at('photographs', 'sea.png'), at('twins'));
    expect(twins).toMatchObject({ code: 2, stderr: expect.stringContaining('two called sea') });
    await expect(readdir(at('docs'))).rejects.toThrow('ENOENT');
  });
});

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { keySchema } from '../../../bench/panel/arrangement.ts';
import { benchPanel } from '../../../bench/panel/index.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

async function describePairs(peerSize: { width: number; height: number }) {
  const folder = await temporaryFolder();
  const write = (name: string, width: number, height: number, background: string) =>
    sharp({ create: { width, height, channels: 3, background } })
      .withExif({ IFD0: { Artist: `secret ${name}` } })
      .toFile(join(folder, name));
  await write('photograph.jpg', 300, 200, 'grey');
  await write('painting.jpg', 100, 140, 'orange');
  await write('ours.jpg', 300, 200, '#ff0000');
  await write('peer.png', peerSize.width, peerSize.height, '#0000ff');
  const pair = {
    photograph: 'photograph.jpg',
    painting: 'painting.jpg',
    pictures: { ours: 'ours.jpg', peer: 'peer.png' },
  };
  await writeFile(join(folder, 'pairs.json'), JSON.stringify([pair, pair]));
  return { folder, pairs: join(folder, 'pairs.json'), out: join(folder, 'panel') };
}

describe('a panel', () => {
  it('shows both pictures at one size on the sides that the key says, and names no system', async () => {
    const { folder, pairs, out } = await describePairs({ width: 600, height: 404 });
    await benchPanel({ pairs, out, seed: 3 });
    const key = keySchema.parse(JSON.parse(await readFile(join(folder, 'panel-key.json'), 'utf8')));
    expect(await readdir(join(out, 'pairs'))).toEqual(['pair-01.png', 'pair-02.png']);
    for (const { pair, left } of key.pairs) {
      const file = join(out, `pairs/pair-0${pair}.png`);
      const { width, data } = await pixels(file);
      const colours = { ours: [255, 0, 0], peer: [0, 0, 255] };
      const count = (colour: readonly number[]) => countPixels(data, colour);
      expect(count(colours.peer)).toBe(270 * 180);
      // JPEG does not keep the red to the last bit.
      expect(count([254, 0, 0])).toBe(270 * 180);
      const lower = data.subarray(3 * width * 300, 3 * width * 301);
      const first = lower.findIndex((value, index) => index % 3 === 0 && (value !== 255 || lower[index + 1] !== 255));
      expect(lower[first]).toBe(left.system === 'ours' ? 254 : 0);
      expect(await readFile(file, 'latin1')).not.toMatch(/ours|peer|secret/);
    }
    expect(await readFile(join(out, 'index.html'), 'utf8')).not.toMatch(/ours|peer/);
  });

  it('refuses pictures of different proportions, a key among the pictures, and options of neither run', async () => {
    const { pairs, out } = await describePairs({ width: 300, height: 300 });
    await expect(benchPanel({ pairs, out, seed: 1 })).rejects.toThrow(/proportions/);
    await expect(benchPanel({ pairs, out, seed: 1, key: join(out, 'key.json') })).rejects.toThrow(/outside/);
    await expect(benchPanel({ pairs, seed: 1 })).rejects.toThrow(/--out/);
  });
});

async function pixels(file: string): Promise<{ width: number; data: Uint8Array }> {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, data };
}

function countPixels(data: Uint8Array, [red, green, blue]: readonly number[]): number {
  let count = 0;
  for (let at = 0; at < data.length; at += 3) {
    if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) count++;
  }
  return count;
}

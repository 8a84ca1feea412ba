import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { photographIndexFile, readPhotographIndex, writePhotographIndex } from '../../src/dataset/index-file.node.ts';
import type { PhotographRecord } from '../../src/dataset/photograph-index.node.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const photograph: PhotographRecord = {
  name: 'a/é "x"\n.jpg',
  bytes: 1234,
  modified: 1690000000123.25,
  contents: '0123456789abcdef'.repeat(2),
  size: { width: 640, height: 480 },
  unreadable: null,
};
const records: readonly PhotographRecord[] = [
  photograph,
  { name: 'empty.png', bytes: 0, modified: 0.5, contents: null, size: null, unreadable: 'it is empty' },
];

async function read(file: string): Promise<PhotographRecord[]> {
  const found: PhotographRecord[] = [];
  await readPhotographIndex(file, (record) => found.push(record));
  return found;
}

async function written(content: Iterable<PhotographRecord> = records): Promise<string> {
  const file = join(await temporaryFolder(), 'photographs', 'index.jsonl');
  await writePhotographIndex(file, content);
  return file;
}

describe('an index file', () => {
  it('gives its records back and leaves nothing else behind', async () => {
    const file = await written();
    expect(await read(file)).toEqual(records);
    expect(await readdir(dirname(file))).toEqual(['index.jsonl']);
    await writePhotographIndex(file, records.slice(1));
    expect(await read(file)).toEqual(records.slice(1));
  });

  it('holds many records', async () => {
    function* many(): Generator<PhotographRecord> {
      for (let number = 0; number < 20_000; number++) yield { ...photograph, name: `${number}.jpg` };
    }
    const found = await read(await written(many()));
    expect(found).toHaveLength(20_000);
    expect(found.at(-1)?.name).toBe('19999.jpg');
  });

  it('gives nothing where it is damaged at any place, cut off, of another decoder, something else or missing', async () => {
    const file = await written();
    const whole = await readFile(file);
    for (let place = 0; place < whole.length; place += 7) {
      const damaged = Buffer.from(whole);
      damaged[place] = (damaged[place] ?? 0) ^ 4;
      await writeFile(file, damaged);
      expect(await read(file), `byte ${place}`).toEqual([]);
    }
    for (const length of [0, 1, 100, whole.length - 1]) {
      await writeFile(file, whole.subarray(0, length));
      expect(await read(file)).toEqual([]);
    }
    await writeFile(file, whole.toString().replace('libvips 8', 'libvips 7'));
    expect(await read(file)).toEqual([]);
    await writeFile(file, '{"some":"other file"}\n');
    expect(await read(file)).toEqual([]);
    expect(await read(join(dirname(file), 'none'))).toEqual([]);
    await writeFile(file, whole);
    expect(await read(file)).toEqual(records);
  });

  it('says so where it cannot be written', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    await expect(writePhotographIndex(join(folder, 'file', 'index.jsonl'), records)).rejects.toThrow(
      /^Could not write .*file \((ENOTDIR|EEXIST)\): set IMPASTO_CACHE to a folder that can be written$/,
    );
  });

  it('has a name of its own for each folder', () => {
    expect(photographIndexFile('/a', '/cache')).toMatch(/^\/cache\/photographs\/[0-9a-f]{32}\.jsonl$/);
    expect(photographIndexFile('/a', '/cache')).toBe(photographIndexFile('/b/../a', '/cache'));
    expect(photographIndexFile('/a', '/cache')).not.toBe(photographIndexFile('/b', '/cache'));
  });
});

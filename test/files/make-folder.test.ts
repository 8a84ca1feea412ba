import { existsSync } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder, requireWritableFolder } from '../../src/files/make-folder.node.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

describe('makeFolder', () => {
  it('makes nested folders, and leaves those that are there', async () => {
    const path = join(await temporaryFolder(), 'a', 'b', 'c');
    await makeFolder(path);
    await makeFolder(path);
    expect((await stat(path)).isDirectory()).toBe(true);
  });

  it('refuses a place below a file', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    await expect(makeFolder(join(file, 'folder'))).rejects.toThrow(
      /^Expected a folder to write to at .*cannot be made/,
    );
  });

  it.skipIf(!existsSync('/proc/self'))('does not try for ever where folders cannot be made', async () => {
    await expect(makeFolder('/proc/impasto/previews')).rejects.toThrow(/cannot be made/);
  });
});

describe('requireWritableFolder', () => {
  it('takes a folder that is there or can be made, and leaves nothing', async () => {
    const folder = await temporaryFolder();
    await requireWritableFolder(folder);
    await requireWritableFolder(join(folder, 'a', 'b'));
    expect(await readdir(folder)).toEqual([]);
  });

  it('names the file that is in the way', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    for (const path of [file, join(file, 'a', 'b')]) {
      await expect(requireWritableFolder(path)).rejects.toThrow(
        `Expected to write into the folder ${path} but ${file} is a file`,
      );
    }
  });

  it.skipIf(!existsSync('/proc/self'))('notices a file system that takes no new files', async () => {
    await expect(requireWritableFolder('/proc/impasto')).rejects.toThrow(/\/proc cannot be written to \(.+\)$/);
  });
});

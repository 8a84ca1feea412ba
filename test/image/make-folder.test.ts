import { existsSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../src/image/make-folder.node.ts';
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

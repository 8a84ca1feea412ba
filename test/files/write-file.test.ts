import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeWholeFile } from '../../src/files/write-file.node.ts';
import { canMount, mountSmallDisk } from '../helpers/small-disk.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

describe('a file written whole', () => {
  it('takes the place of an earlier one, also behind a symbolic link', async () => {
    const folder = await temporaryFolder();
    const [file, link] = [join(folder, 'file'), join(folder, 'link')];
    await writeFile(file, 'earlier');
    await symlink(file, link);
    await writeWholeFile(link, Buffer.from('later'));
    expect(await readFile(file, 'utf8')).toBe('later');
    expect((await readdir(folder)).sort()).toEqual(['file', 'link']);
  });

  it('leaves nothing behind where it cannot be written', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'taken', 'inside'), { recursive: true });
    await expect(writeWholeFile(join(folder, 'missing', 'file'), 'text')).rejects.toThrow(/ENOENT/);
    await expect(writeWholeFile(join(folder, 'taken'), 'text')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['taken']);
  });

  it.skipIf(!canMount)('stays as it was on a disk that has no room for the next one', async () => {
    const disk = await mountSmallDisk(256);
    const file = join(disk, 'file');
    await writeWholeFile(file, Buffer.alloc(100_000, 1));
    await expect(writeWholeFile(file, Buffer.alloc(200_000, 2))).rejects.toThrow(/ENOSPC/);
    expect((await readFile(file)).equals(Buffer.alloc(100_000, 1))).toBe(true);
    expect(await readdir(disk)).toEqual(['file']);
  });
});

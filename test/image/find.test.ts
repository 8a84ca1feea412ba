import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPictures, isPictureFile } from '../../src/image/find.node.ts';
import { hasShared, sharedPath } from '../helpers/shared.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

async function folderWith(...paths: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const path of paths) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), '');
  }
  return folder;
}

async function namesIn(folder: string): Promise<string[]> {
  return (await findPictures(folder)).map((path) => relative(folder, path));
}

describe('findPictures', () => {
  it('finds nested pictures of all formats in the order of their code units', async () => {
    const folder = await folderWith(
      'b.jpg',
      'a/10.PNG',
      'a/9.webp',
      'Z.tiff',
      'é.avif',
      'a/x [1]/y.jpeg',
      'c.gif',
      'd.tif',
    );
    expect(await namesIn(folder)).toEqual([
      'Z.tiff',
      'a/10.PNG',
      'a/9.webp',
      'a/x [1]/y.jpeg',
      'b.jpg',
      'c.gif',
      'd.tif',
      'é.avif',
    ]);
  });

  it('leaves out hidden files and folders, other files, and folders with a picture’s name', async () => {
    const folder = await folderWith('a.jpg', '.b.jpg', '.hidden/c.jpg', 'notes.txt', 'd.jpg.part', 'folder.jpg/e.txt');
    expect(await namesIn(folder)).toEqual(['a.jpg']);
  });

  it('follows links, but finds each folder once where they loop', async () => {
    const folder = await folderWith('a/b.jpg', 'c.jpg');
    const elsewhere = await folderWith('d.jpg');
    await symlink('..', join(folder, 'a', 'up'));
    await symlink('.', join(folder, 'A'));
    await symlink(elsewhere, join(folder, 'linked'));
    await symlink('nowhere.jpg', join(folder, 'broken.jpg'));
    expect(await namesIn(folder)).toEqual(['a/b.jpg', 'c.jpg', 'linked/d.jpg']);
  });

  it('says what is wrong with a folder', async () => {
    const folder = await folderWith('notes.txt');
    await expect(findPictures(folder)).rejects.toThrow(/^Expected pictures \(jpg, .*\) in .* but found none$/);
    await expect(findPictures(join(folder, 'none'))).rejects.toThrow(/none but it does not exist$/);
    await expect(findPictures(join(folder, 'notes.txt'))).rejects.toThrow(/notes\.txt but it is a file$/);
  });

  it.skipIf(!hasShared)('finds the shared photographs', async () => {
    expect(await findPictures(sharedPath('data', 'photos'))).toHaveLength(1203);
  });
});

describe('isPictureFile', () => {
  it('goes by the extension', () => {
    expect(['a.jpg', 'b/C.JPEG', 'd.avif'].map(isPictureFile)).toEqual([true, true, true]);
    expect(['a.txt', 'jpg', 'a.jpg.gz', '.jpg'].map(isPictureFile)).toEqual([false, false, false, false]);
  });
});

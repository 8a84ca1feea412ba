import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  findMatchingPictures,
  findPictures,
  findPicturesBelow,
  isPattern,
  isPictureFile,
} from '../../src/image/find.node.ts';
import { hasShared, sharedPath } from '../../tools/shared-data/shared.ts';
import { lockFolder } from '../helpers/locked-folder.ts';
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

  it('tells which folders may not be read', async () => {
    const folder = await folderWith('a.jpg', 'b/c.jpg', 'b/locked/d.jpg', 'b/locked/deeper/e.jpg', 'f/g.jpg');
    // The user to whom it is locked has to get to it.
    await chmod(folder, 0o755);
    await lockFolder(join(folder, 'b', 'locked'));
    expect(await findPicturesBelow(folder)).toEqual({
      folder,
      names: ['a.jpg', 'b/c.jpg', 'f/g.jpg'],
      unreadable: ['b/locked'],
    });
    for (const [pattern, unreadable] of [
      ['**/*.jpg', ['b/locked']],
      ['b/*/*.jpg', ['locked']],
      ['{b,f/x}/*/*.jpg', ['b/locked']],
      ['b*/locked/*.jpg', ['b/locked']],
      ['?.jpg', []],
      ['*/*.jpg', []],
    ] as const) {
      expect((await findMatchingPictures(join(folder, pattern))).unreadable, pattern).toEqual(unreadable);
    }
    const locked = findPictures(join(folder, 'b', 'locked'));
    await expect(locked).rejects.toThrow(/locked but it may not be read \(no permission\)$/);
  });

  it.skipIf(!hasShared)('finds the shared photographs', async () => {
    expect(await findPictures(sharedPath('data', 'photos'))).toHaveLength(1203);
  });
});

describe('findMatchingPictures', () => {
  const paths = ['a/1.jpg', 'a/deep/2.jpg', 'a/3.PNG', 'a/notes.txt', 'a/.hidden.jpg', 'b [x]/4.jpg', 'b [x]/c/5.jpg'];

  it.each<[pattern: string, folder: string, names: readonly string[]]>([
    ['a/*', 'a', ['1.jpg', '3.PNG']],
    ['a/**', 'a', ['1.jpg', '3.PNG', 'deep/2.jpg']],
    ['a/**/*.jpg', 'a', ['1.jpg', 'deep/2.jpg']],
    ['a/?.{jpg,PNG}', 'a', ['1.jpg', '3.PNG']],
    ['*/*.jpg', '', ['a/1.jpg', 'b [x]/4.jpg']],
    ['b [x]/*.jpg', 'b [x]', ['4.jpg']],
    ['b [x]/**', 'b [x]', ['4.jpg', 'c/5.jpg']],
  ])('%s', async (pattern, folder, names) => {
    const root = await folderWith(...paths);
    expect(isPattern(pattern)).toBe(true);
    expect(await findMatchingPictures(join(root, pattern))).toEqual({
      folder: join(root, folder),
      names,
      unreadable: [],
    });
  });

  it('says when nothing matches', async () => {
    const root = await folderWith(...paths);
    for (const pattern of ['a/*.gif', 'a/*.txt', 'gone/*.jpg']) {
      const expected = `Expected pictures (jpg, jpeg, png, webp, avif, tif, tiff, gif) that match ${join(root, pattern)} but found none`;
      await expect(findMatchingPictures(join(root, pattern))).rejects.toThrow(expected);
    }
  });
});

describe('isPictureFile', () => {
  it('goes by the extension', () => {
    expect(['a.jpg', 'b/C.JPEG', 'd.avif'].map(isPictureFile)).toEqual([true, true, true]);
    expect(['a.txt', 'jpg', 'a.jpg.gz', '.jpg'].map(isPictureFile)).toEqual([false, false, false, false]);
  });
});

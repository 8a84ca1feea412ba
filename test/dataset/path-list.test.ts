import { sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PathList } from '../../src/dataset/path-list.node.ts';
import { heapInUse } from '../helpers/heap.ts';

const COUNT = 100_000;

/** A path such as a large collection has, made anew at each call. */
function syntheticPath(number: number): string {
  return `${sep}photographs${sep}COCO_train2014${sep}${Math.floor(number / 500)}${sep}COCO_train2014_${String(number).padStart(12, '0')}.jpg`;
}

describe('PathList', () => {
  it('gives any paths back, whole and without their folder, also to another thread', () => {
    // What is no text (half a surrogate pair) has no file on most systems.
    const name = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(fc.array(name), (names) => {
        const paths = names.map((one) => `${sep}folder${sep}${one}`);
        const { packed } = PathList.pack(paths, `${sep}folder`);
        const list = new PathList(packed);
        expect(Array.from({ length: list.length }, (_, index) => list.pathAt(index))).toEqual(paths);
        expect(Array.from({ length: list.length }, (_, index) => list.nameAt(index))).toEqual(names);
      }),
    );
    const alone = PathList.pack(['a/b.jpg', 'c.jpg']);
    expect([alone.nameAt(1), alone.pathAt(0)]).toEqual(['c.jpg', 'a/b.jpg']);
    expect(PathList.pack([`${sep}a.jpg`], sep).nameAt(0)).toBe('a.jpg');
  });

  it('refuses a path outside the folder', () => {
    expect(() => PathList.pack([`${sep}folder${sep}a.jpg`, `${sep}folders${sep}b.jpg`], `${sep}folder`)).toThrow(
      `Expected only paths in ${sep}folder but received ${sep}folders${sep}b.jpg`,
    );
  });

  it('takes no heap and less than 60 bytes a path, for a hundred thousand of them', () => {
    const before = heapInUse();
    const strings = Array.from({ length: COUNT }, (_, number) => syntheticPath(number));
    const ofStrings = heapInUse() - before;
    const list = PathList.pack(strings, `${sep}photographs`);
    strings.length = 0;
    const ofList = heapInUse() - before;
    expect(list.pathAt(COUNT - 1)).toBe(syntheticPath(COUNT - 1));
    const { text, ends } = list.packed;
    expect(text.byteLength + ends.byteLength).toBeLessThan(60 * COUNT);
    expect(ofStrings).toBeGreaterThan(60 * COUNT);
    expect(ofList).toBeLessThan(0.5 * 2 ** 20);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SizeGroups } from '../../src/dataset/size-groups.ts';

describe('SizeGroups', () => {
  it('names the files of the same size that come before', () => {
    const size = fc.oneof(fc.nat(4), fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.array(size, { maxLength: 30 }), (sizes) => {
        const groups = new SizeGroups(sizes.length, (index) => sizes[index] ?? Number.NaN);
        for (const [index, bytes] of sizes.entries()) {
          const earlier = sizes.flatMap((other, at) => (at < index && other === bytes ? [at] : []));
          expect([...groups.earlierOfSize(index)]).toEqual(earlier);
        }
      }),
    );
  });

  it('names the first 64 at most', () => {
    const groups = new SizeGroups(1000, () => 7);
    const first = Array.from({ length: 64 }, (_, index) => index);
    expect([...groups.earlierOfSize(999)]).toEqual(first);
    expect([...groups.earlierOfSize(64)]).toEqual(first);
    expect([...groups.earlierOfSize(63)]).toEqual(first.slice(0, 63));
  });
});

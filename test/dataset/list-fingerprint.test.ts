import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeListChange, fingerprintList } from '../../src/dataset/list-fingerprint.node.ts';

const folder = resolve('photographs');
const fingerprint = (...names: readonly string[]) =>
  fingerprintList(
    folder,
    names.map((name) => join(folder, name)),
  );

describe('fingerprintList', () => {
  it('is the SHA-256 of the names, each ended by NUL', () => {
    expect(fingerprint('a.jpg', 'b/c.jpg')).toEqual({
      count: 2,
      digest: 'a9629ea2fee9e472a578daea050c09e7e80c5170f6954877a8fc9c11a60a3ed8',
    });
  });

  it('changes with every name and with the order, but not with the place of the folder', () => {
    const lists = [['a', 'b'], ['b', 'a'], ['a'], ['ab'], ['a', 'c'], ['a', 'b', 'c'], ['a/b'], []];
    expect(new Set(lists.map((names) => fingerprint(...names).digest)).size).toBe(lists.length);
    const moved = resolve('elsewhere', 'album');
    expect(fingerprintList(moved, [join(moved, 'a'), join(moved, 'b')])).toEqual(fingerprint('a', 'b'));
  });
});

describe('describeListChange', () => {
  it('says nothing of the same photographs, and how others differ', () => {
    const before = fingerprint('a', 'b');
    expect(describeListChange(folder, before, fingerprint('a', 'b'))).toBeUndefined();
    expect(describeListChange(folder, before, fingerprint('a'))).toMatch(
      /photographs was changed since the checkpoint: it held 2 photographs and now holds 1, so/,
    );
    expect(describeListChange(folder, before, fingerprint('a', 'c'))).toMatch(
      /still holds 2 photographs but not the same ones/,
    );
  });
});

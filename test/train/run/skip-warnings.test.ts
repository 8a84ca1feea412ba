import { expect, it } from 'vitest';
import { SkipWarnings } from '../../../src/train/run/skip-warnings.ts';

it('warns of the first photograph of each fault at once, and of a thousand in four sentences', () => {
  const warnings = new SkipWarnings();
  warnings.count({ path: 'a', kind: 'tooSmall', reason: 'a is small' });
  warnings.count({ path: 'b', kind: 'duplicate', reason: 'b is c' });
  expect(warnings.take()).toEqual([
    'Photographs that are smaller than the crops are left out, 1 so far, such as this one: a is small',
    'Photographs that are copies of others are left out, 1 so far, such as this one: b is c',
  ]);
  expect(warnings.take()).toEqual([]);
  for (let number = 1; number <= 1000; number++) {
    warnings.count({ path: 'd', kind: 'unreadable', reason: `number ${number} is broken` });
  }
  expect(warnings.take()).toEqual(
    [1, 10, 100, 1000].map(
      (count) =>
        `Photographs that cannot be read are left out, ${count} so far, such as this one: number ${count} is broken`,
    ),
  );
});

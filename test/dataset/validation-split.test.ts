import { describe, expect, it } from 'vitest';
import { defaultValidationCount, splitValidation } from '../../src/dataset/validation-split.ts';

const files = Array.from({ length: 120 }, (_, index) => `photograph-${String(index).padStart(3, '0')}.jpg`);

describe('the validation split', () => {
  it('puts every photograph into one part, in the order of the files', () => {
    const { training, validation } = splitValidation(files, 8, 1);
    expect(validation).toHaveLength(8);
    expect([...training, ...validation].sort()).toEqual(files);
    expect([...validation].sort()).toEqual(validation);
    expect([...training].sort()).toEqual(training);
  });

  it('is the same for the same seed and another for another', () => {
    expect(splitValidation(files, 8, 1)).toEqual(splitValidation(files, 8, 1));
    expect(splitValidation(files, 8, 2).validation).not.toEqual(splitValidation(files, 8, 1).validation);
  });

  it('can be empty, but leaves something to train on', () => {
    expect(splitValidation(files, 0, 1)).toEqual({ training: files, validation: [] });
    expect(() => splitValidation(files.slice(0, 3), 3, 1)).toThrow(/more photographs than the 3 .* found 3/);
  });

  it('takes 8 of at least 100 photographs by default', () => {
    expect([0, 99, 100, 80_000].map(defaultValidationCount)).toEqual([0, 0, 8, 8]);
  });
});

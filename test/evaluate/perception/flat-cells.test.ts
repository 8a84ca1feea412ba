import { describe, expect, it } from 'vitest';
import { flatCells } from '../../../src/evaluate/perception/flat-cells.ts';
import { paint, plainPicture } from '../../helpers/pictures.ts';
import { seededRandom } from '../../helpers/random.ts';

describe('the flat cells of a photograph', () => {
  it('are the third of them in whose surroundings least happens', () => {
    const random = seededRandom(1);
    // Six columns of cells, of which noise fills the last three and reaches into the surroundings of the third.
    const photograph = paint(48, 24, (x) => {
      const level = x < 24 ? 200 : 255 * random();
      return [level, level, level];
    });
    expect(flatCells(photograph)).toEqual([0, 1, 6, 7, 12, 13]);
  });

  it('are all that are as flat as the last of them', () => {
    expect(flatCells(plainPicture(24, 16, [9, 200, 90]))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('leave out the pixels that fill no cell', () => {
    expect(flatCells(plainPicture(23, 15, [9, 200, 90]))).toEqual([0, 1]);
  });

  it('follow luminance: what changes in colour alone is flat', () => {
    const photograph = paint(48, 8, (x) =>
      x < 24 ? (x % 2 ? [130, 0, 0] : [0, 66, 0]) : x % 2 ? [90, 90, 90] : [9, 9, 9],
    );
    expect(flatCells(photograph)).toEqual([0, 1]);
  });

  it('need a cell', () => {
    expect(() => flatCells(plainPicture(40, 7, [0, 0, 0]))).toThrow(
      'Expected a photograph of at least 8×8 pixels but received 40×7',
    );
  });
});

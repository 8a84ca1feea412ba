import { describe, expect, it } from 'vitest';
import { applyControls, fullStyle } from '../../src/infer/controls.ts';

/** Two pixels: red, green and blue planes. */
const photograph = () => Float32Array.of(100, 10, 50, 20, 0, 30);
const painted = () => Float32Array.of(200, 40, 150, 50, 100, 60);

function controlled(...[controls, mask]: [Parameters<typeof applyControls>[2], Float32Array?]): number[] {
  const result = painted();
  applyControls(photograph(), result, controls, mask);
  return [...result];
}

describe('the controls', () => {
  it('leave the network’s result as it is at full strength', () => {
    expect(controlled(fullStyle)).toEqual([...painted()]);
  });

  it('mix it with the photograph by the strength', () => {
    expect(controlled({ ...fullStyle, strength: 0 })).toEqual([...photograph()]);
    expect(controlled({ ...fullStyle, strength: 0.25 })).toEqual([125, 17.5, 75, 27.5, 25, 37.5]);
  });

  it('keep the colours: the chroma is the photograph’s, the luma the result’s', () => {
    const result = controlled({ ...fullStyle, keepColors: true });
    const luma = (planes: ArrayLike<number>, pixel: number) =>
      0.299 * (planes[pixel] ?? 0) + 0.587 * (planes[2 + pixel] ?? 0) + 0.114 * (planes[4 + pixel] ?? 0);
    for (const pixel of [0, 1]) {
      expect(luma(result, pixel)).toBeCloseTo(luma(painted(), pixel), 3);
      for (const channel of [2, 4]) {
        const difference = (planes: ArrayLike<number>) => (planes[channel + pixel] ?? 0) - (planes[pixel] ?? 0);
        expect(difference(result)).toBeCloseTo(difference(photograph()), 3);
      }
    }
  });

  it('paint what the mask says', () => {
    expect(controlled(fullStyle, Float32Array.of(0, 1))).toEqual([100, 40, 50, 50, 0, 60]);
    expect(controlled({ ...fullStyle, strength: 0.5 }, Float32Array.of(1, 0.5))).toEqual([
      150, 17.5, 100, 27.5, 50, 37.5,
    ]);
  });
});

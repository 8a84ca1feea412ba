import { describe, expect, it } from 'vitest';
import { findFlow } from '../../src/video/optical-flow.ts';
import { reduceFrame } from '../../src/video/reduced-frame.ts';
import { noisy, texture } from '../helpers/moving-pictures.ts';

const margin = 12;

/** Displacements of the pixels away from the edges, by how far they are from the true one, in order. */
function errorsOf(flow: ReturnType<typeof findFlow>, right: number, down: number): readonly number[] {
  const errors: number[] = [];
  for (let y = margin; y < flow.height - margin; y++) {
    for (let x = margin; x < flow.width - margin; x++) {
      const pixel = y * flow.width + x;
      errors.push(Math.hypot((flow.right[pixel] ?? 0) - right, (flow.down[pixel] ?? 0) - down));
    }
  }
  return errors.sort((a, b) => a - b);
}

describe('findFlow', () => {
  it.each([
    [0, 0],
    [1, 0],
    [0.5, -0.25],
    [-3, 2],
    [9, -6],
  ])('finds a picture that moved by %d, %d pixels', (right, down) => {
    const from = reduceFrame(texture(96, 80, 0, 0));
    const to = reduceFrame(texture(96, 80, right, down));
    const errors = errorsOf(findFlow(from, to), right, down);
    expect(errors[Math.floor(errors.length / 2)]).toBeLessThan(0.1);
    expect(errors[Math.floor(errors.length * 0.95)]).toBeLessThan(0.5);
  });

  it('finds no motion in noise over a still picture', () => {
    const picture = texture(96, 80, 0, 0);
    const errors = errorsOf(findFlow(reduceFrame(noisy(picture, 6, 1)), reduceFrame(noisy(picture, 6, 2))), 0, 0);
    expect(errors[Math.floor(errors.length * 0.9)]).toBeLessThan(0.5);
  });

  it('has an answer for pictures too small for a patch', () => {
    const flow = findFlow(reduceFrame(texture(5, 3, 0, 0)), reduceFrame(texture(5, 3, 1, 0)));
    expect([...flow.right, ...flow.down]).toEqual(Array(30).fill(0));
  });

  it('refuses frames of two sizes', () => {
    const [a, b] = [reduceFrame(texture(20, 20, 0, 0)), reduceFrame(texture(20, 24, 0, 0))];
    expect(() => findFlow(a, b)).toThrow('Expected two frames of one size but received 20×20 and 20×24');
  });
});

import { describe, expect, it } from 'vitest';
import { chooseConvolutions, leastPsnr } from '../../src/export/chosen-convolutions.node.ts';
import type { Graph } from '../../src/graph-builder/ir/value.ts';
import { writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import { add, mul, sqrt, sub } from '../../src/graph-builder/operators/index.ts';
import { psnr } from '../../src/image/compare.ts';
import { openStylizer } from '../../src/infer/open-stylizer.node.ts';
import { quantizeConvolutions } from '../../src/lowering/precision/quantized-convolutions.ts';
import { smoothPicture, vividPicture } from '../helpers/pictures.ts';
import { pixelGraph, unchangedConvolution } from '../helpers/style-models.ts';

const options = { device: 'cpu', threads: 1 } as const;
const pictures = [smoothPicture(40, 30), vividPicture(24, 36)];

/** A brighter picture, with the rounding errors of its second convolution multiplied. */
const graphWithErrorsTimes = (factor: number) =>
  pixelGraph((image) => {
    // Whole numbers would be rounded to themselves.
    const x = mul(sqrt(unchangedConvolution(image, 'first')), 15.9);
    const errors = mul(sub(unchangedConvolution(x, 'sensitive'), x), factor);
    return unchangedConvolution(add(x, errors), 'last');
  });

const choose = (graph: Graph) =>
  chooseConvolutions(graph, (ranges) => writeOnnx(quantizeConvolutions(graph, ranges)), pictures, options);

describe('chooseConvolutions', () => {
  it('leaves in float what costs too much, and no more', async () => {
    const graph = graphWithErrorsTimes(100);
    const { ranges, leftInFloat } = await choose(graph);
    expect(leftInFloat).toEqual(['sensitive']);
    expect(ranges.size).toBe(2);
    const original = await openStylizer(writeOnnx(graph), 'the original', options);
    const quantized = await openStylizer(writeOnnx(quantizeConvolutions(graph, ranges)), 'the model', options);
    for (const picture of pictures) {
      const [a, b] = [await original.stylizer.stylize(picture), await quantized.stylizer.stylize(picture)];
      expect(psnr(a, b)).toBeGreaterThan(leastPsnr);
    }
    await Promise.all([original.stylizer.release(), quantized.stylizer.release()]);
  });

  it('quantises everything where that costs little', async () => {
    const { ranges, leftInFloat } = await choose(graphWithErrorsTimes(1));
    expect(leftInFloat).toEqual([]);
    expect(ranges.size).toBe(3);
  });

  it('measures what goes into a convolution and comes out of each channel', async () => {
    const { ranges } = await choose(graphWithErrorsTimes(1));
    const [first] = [...ranges.values()];
    const extremes = (channel: number) => {
      const values = pictures.flatMap(({ data }) => [...data.filter((_, index) => index % 3 === channel)]);
      return { minimum: Math.min(...values), maximum: Math.max(...values) };
    };
    expect(first?.outputs).toEqual([extremes(0), extremes(1), extremes(2)]);
    expect(first?.input).toEqual({ minimum: 0, maximum: Math.max(...pictures.flatMap(({ data }) => [...data])) });
  });
});

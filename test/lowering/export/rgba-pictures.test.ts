import { describe, expect, it } from 'vitest';
import { formatShape } from '../../../src/graph-builder/ir/dimension.ts';
import { inferenceGraph } from '../../../src/graph-builder/networks/inference-network.ts';
import { rgbaPictures } from '../../../src/lowering/export/rgba-pictures.ts';
import { type NumberTensor, numberTensor, tensorFrom, tensorNamed } from '../../helpers/number-tensor.ts';
import { seededRandom } from '../../helpers/random.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { identityGraph } from '../../helpers/style-models.ts';
import { randomParameters, tinyNetwork } from '../../helpers/tiny-network.ts';

const [height, width] = [10, 13];

function randomBytes(): NumberTensor {
  const random = seededRandom(1);
  return tensorFrom([1, height, width, 4], () => Math.floor(256 * random()), 'uint8');
}

/** [1, 3, H, W] of the colours. */
function planesOf({ data }: NumberTensor): NumberTensor {
  const planes = [0, 1, 2].flatMap((channel) => [...data.filter((_, index) => index % 4 === channel)]);
  return numberTensor([1, 3, height, width], planes);
}

describe('rgbaPictures', () => {
  it('keeps the function, rounded to whole numbers, and alpha', async () => {
    const graph = inferenceGraph(tinyNetwork, randomParameters(tinyNetwork, 1));
    const rewritten = rgbaPictures(graph);
    expect(
      [...rewritten.inputs, ...rewritten.outputs.map(({ value }) => value)].map(({ shape }) => formatShape(shape)),
    ).toEqual(['[1, H, W, 4]', '[1, H, W, 4]']);
    const rgba = randomBytes();
    const painted = tensorNamed(await runGraph(rewritten, { image: rgba }), 'stylized');
    expect({ type: painted.type, shape: painted.shape }).toEqual({ type: 'uint8', shape: [1, height, width, 4] });
    expect(painted.data.filter((_, index) => index % 4 === 3)).toEqual(rgba.data.filter((_, index) => index % 4 === 3));
    const expected = tensorNamed(await runGraph(graph, { image: planesOf(rgba) }), 'stylized');
    const distances = planesOf(painted).data.map((value, index) =>
      Math.abs(value - (expected.data[index] ?? Number.NaN)),
    );
    expect(Math.max(...distances)).toBeLessThanOrEqual(0.501);
  });

  it('gives bytes back that a network does not change', async () => {
    const rgba = randomBytes();
    const painted = await runGraph(rgbaPictures(identityGraph()), { 'pixels in': rgba });
    expect(tensorNamed(painted, 'pixels out').data).toEqual(rgba.data);
  });

  it('refuses a network of other pictures', () => {
    expect(() => rgbaPictures(rgbaPictures(identityGraph()))).toThrow(
      'Expected one input [N, 3, H, W] and one output but received pixels in [1, H, W, 4]',
    );
  });
});

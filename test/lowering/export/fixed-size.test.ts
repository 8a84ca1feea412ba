import { describe, expect, it } from 'vitest';
import { formatShape } from '../../../src/graph-builder/ir/dimension.ts';
import { inferenceGraph } from '../../../src/graph-builder/networks/inference-network.ts';
import { fixSize } from '../../../src/lowering/export/fixed-size.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { randomParameters, randomPictures, tinyNetwork } from '../../helpers/tiny-network.ts';

const network = () => inferenceGraph(tinyNetwork, randomParameters(tinyNetwork, 1));

describe('fixSize', () => {
  it('keeps the function at that size', async () => {
    const fixed = fixSize(network(), { width: 17, height: 10 });
    expect(fixed.inputs.map(({ shape }) => formatShape(shape))).toEqual(['[1, 3, 10, 17]']);
    expect(fixed.outputs.map(({ value }) => formatShape(value.shape))).toEqual(['[1, 3, 10, 17]']);
    const feeds = { image: randomPictures(1, 10, 17) };
    expectAllClose(await runGraph(fixed, feeds), await runGraph(network(), feeds), 1e-6);
    await expect(runGraph(fixed, { image: randomPictures(1, 11, 17) })).rejects.toThrow(/dimension/i);
  });

  it('refuses a network of fixed size', () => {
    const fixed = fixSize(network(), { width: 17, height: 10 });
    expect(() => fixSize(fixed, { width: 8, height: 8 })).toThrow(
      'Expected one input [N, C, H, W] of free sizes but received image [1, 3, 10, 17]',
    );
  });
});

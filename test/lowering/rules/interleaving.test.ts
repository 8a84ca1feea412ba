import { describe, expect, it } from 'vitest';
import { symbolic } from '../../../src/graph-builder/ir/dimension.ts';
import { sortNodes } from '../../../src/graph-builder/ir/sort-nodes.ts';
import { type Graph, input } from '../../../src/graph-builder/ir/value.ts';
import { depthToSpace } from '../../../src/graph-builder/operators/index.ts';
import { applyRule } from '../../../src/lowering/lower.ts';
import { depthToSpaceAsTransposes } from '../../../src/lowering/rules/interleaving.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { randomTensor } from '../../helpers/random.ts';
import { evaluateGraph } from '../../helpers/reference/evaluate.ts';
import { runGraph } from '../../helpers/run-graph.ts';

function interleaving(shape: Parameters<typeof input>[2], blocksize: number): Graph {
  const x = input('x', 'float32', shape);
  return { name: 'test', inputs: [x], outputs: [{ name: 'y', value: depthToSpace(x, blocksize) }] };
}

describe('depth to space as transposes', () => {
  it.each([
    { shape: [1, 12, 3, 5], blocksize: 2 },
    { shape: [2, 8, 4, 3], blocksize: 2 },
    { shape: [2, 48, 2, 3], blocksize: 4 },
  ])('keeps the function: $shape in blocks of $blocksize, sizes known or not', async ({ shape, blocksize }) => {
    const feeds = { x: randomTensor(shape, 1) };
    const expected = evaluateGraph(interleaving(shape, blocksize), feeds);
    const [, channels = 0] = shape;
    for (const declared of [shape, [symbolic('N'), channels, symbolic('H'), symbolic('W')]]) {
      const graph = interleaving(declared, blocksize);
      const rewritten = applyRule(graph, depthToSpaceAsTransposes);
      expect(sortNodes(rewritten).some(({ operator }) => operator === 'DepthToSpace')).toBe(false);
      expect(rewritten.outputs[0]?.value.shape).toEqual(graph.outputs[0]?.value.shape);
      expectAllClose(await runGraph(rewritten, feeds), expected, 1e-12);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { sortNodes } from '../../../src/graph-builder/ir/sort-nodes.ts';
import type { Graph } from '../../../src/graph-builder/ir/value.ts';
import { applyRule } from '../../../src/lowering/lower.ts';
import { weightGradients } from '../../../src/lowering/rules/weight-gradients/index.ts';
import {
  convolutionGradientCases,
  transposedGradientCases,
} from '../../graph-builder/autodiff/convolution-gradient-cases.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { gradientGraph } from '../../helpers/gradient-graph.ts';
import { evaluateGraph } from '../../helpers/reference/evaluate.ts';
import { runGraph } from '../../helpers/run-graph.ts';

/** Convolutions whose taps are apart, or whose kernel is another value turned: what autodiff writes for a weight. */
const plainGradients = (graph: Graph) =>
  sortNodes(graph).filter((node) => node.operator === 'Conv' && node.attributes.dilations !== undefined).length;

describe('weight gradients', () => {
  it.each([...convolutionGradientCases, ...transposedGradientCases])('are the same: $name', async (gradientCase) => {
    const { graph, feeds, differentiated } = gradientGraph(gradientCase);
    const lowered = applyRule(graph, weightGradients);
    const ofWeights = differentiated.includes('x1') ? 1 : 0;
    expect(plainGradients(graph)).toBe(ofWeights);
    expect(plainGradients(lowered)).toBe(0);
    const expected = evaluateGraph(graph, feeds);
    // The matrices of Winograd's tiles are float32 constants.
    expectAllClose(evaluateGraph(lowered, feeds), expected, 1e-6);
    expectAllClose(await runGraph(lowered, feeds), expected, 1e-4);
  });
});

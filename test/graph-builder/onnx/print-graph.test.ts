import { describe, expect, it } from 'vitest';
import { symbolic } from '../../../src/graph-builder/ir/dimension.ts';
import { inScope } from '../../../src/graph-builder/ir/scope.ts';
import { floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { constant, input } from '../../../src/graph-builder/ir/value.ts';
import { printGraph } from '../../../src/graph-builder/onnx/print-graph.ts';
import { add, conv, relu, resizeNearest } from '../../../src/graph-builder/operators/index.ts';
import { loopGraph } from '../../helpers/loops.ts';
import { tinyNetwork, tinyTrainingGraph } from '../../helpers/tiny-network.ts';

describe('printGraph', () => {
  it('shows inputs, a line an operator, and outputs', () => {
    const image = input('image', 'float32', [symbolic('N'), 1, symbolic('H'), 8]);
    const window = { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] };
    const weight = constant(floatTensor([2, 1, 3, 3], new Float32Array(18)), 'weight');
    const convolved = inScope('encoder', () => relu(conv(image, weight, null, window)));
    const value = resizeNearest(add(convolved, 1), 2);
    expect(printGraph({ name: 'small', inputs: [image], outputs: [{ name: 'y', value }] })).toBe(
      [
        'graph small {',
        '  input image: float32 [N, 1, H, 8]',
        '  encoder/Conv.1: float32 [N, 2, floor((H-1)/2)+1, 4] = Conv(image, weight) ' +
          '{kernel_shape=[3,3], strides=[2,2], pads=[1,1,1,1]}',
        '  encoder/Relu.1: float32 [N, 2, floor((H-1)/2)+1, 4] = Relu(encoder/Conv.1)',
        '  Add.1: float32 [N, 2, floor((H-1)/2)+1, 4] = Add(encoder/Relu.1, constant.1)',
        '  y: float32 [N, 2, 2*floor((H-1)/2)+2, 8] = Resize(Add.1, -, constant.2) ' +
          '{mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"}',
        '  output y',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('shows the body of a loop indented, without what it reads from around', () => {
    expect(printGraph(loopGraph())).toBe(
      [
        'graph loops {',
        '  input x: float32 [2]',
        '  input factor: float32 []',
        '  Exp.1: float32 [] = Exp(factor)',
        '  y: float32 [2], seen: float32 [3, 2] = Loop(constant.1, -, x)',
        '    graph repeat {',
        '      input repeat/iteration: int64 []',
        '      input repeat/condition: bool []',
        '      input repeat/x: float32 [2]',
        '      repeat/condition.next: bool [] = Identity(repeat/condition)',
        '      Mul.1: float32 [2] = Mul(repeat/x, Exp.1)',
        '      repeat/x.next: float32 [2] = Add(Mul.1, weight)',
        '      repeat/seen: float32 [2] = Identity(repeat/x)',
        '      output repeat/condition.next',
        '      output repeat/x.next',
        '      output repeat/seen',
        '    }',
        '  output y',
        '  output seen',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('names the outputs of a loop that nothing reads', () => {
    const graph = loopGraph();
    const lines = printGraph({ ...graph, outputs: graph.outputs.slice(1) }).split('\n');
    expect(lines).toContain('  Loop.1: unused, seen: float32 [3, 2] = Loop(constant.1, -, x)');
  });

  it('prints a training graph of thousands of nodes, each on its own line', () => {
    const { graph } = tinyTrainingGraph(tinyNetwork);
    const lines = printGraph(graph).split('\n');
    expect(lines.length).toBeGreaterThan(1000);
    expect(lines.some((line) => line.startsWith('  encoder.conv1.weight.grad: float32 [2, 3, 9, 9] = '))).toBe(true);
  });
});

import onnxProto from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import { symbolic } from '../../../src/graph-builder/ir/dimension.ts';
import { inScope } from '../../../src/graph-builder/ir/scope.ts';
import { floatTensor, intTensor, type Tensor } from '../../../src/graph-builder/ir/tensor.ts';
import { constant, type Graph, input, type Value } from '../../../src/graph-builder/ir/value.ts';
import { inferenceGraph } from '../../../src/graph-builder/networks/inference-network.ts';
import { float, int } from '../../../src/graph-builder/onnx/custom-operators.ts';
import { readInitializers, readMetadata, writeOnnx } from '../../../src/graph-builder/onnx/onnx-file.ts';
import { add, cast, conv, instanceNormalization, mul, relu } from '../../../src/graph-builder/operators/index.ts';
import { loop } from '../../../src/graph-builder/operators/loop.ts';
import { optimizerGraph } from '../../../src/graph-builder/programs/optimizer-graph.ts';
import { loopGraph } from '../../helpers/loops.ts';
import { randomParameters, tinyNetwork, tinyTrainingGraph } from '../../helpers/tiny-network.ts';

const { ModelProto, TensorProto, AttributeProto } = onnxProto.onnx;

const inference = () => inferenceGraph(tinyNetwork, randomParameters(tinyNetwork, 1));

/** A convolution, a normalisation and a cast: an attribute of each kind. */
function attributesGraph(): Graph {
  const x = input('x', 'float32', [symbolic('N'), 1, 4, 4]);
  const weight = constant(floatTensor([1, 1, 1, 2], Float32Array.of(1, 2)), 'weight');
  const one = constant(floatTensor([1], Float32Array.of(1)));
  const convolved = conv(x, weight, null, { kernel_shape: [1, 2], strides: [1, 1], pads: [0, 1, 0, 0] });
  const y = cast(instanceNormalization(convolved, one, one, 0.25), 'float16');
  return { name: 'attributes', inputs: [x], outputs: [{ name: 'y', value: y }] };
}

describe('writeOnnx', () => {
  it.each([
    ['inference', inference],
    ['training', () => tinyTrainingGraph(tinyNetwork).graph],
    ['optimizer', () => optimizerGraph([{ name: 'a', shape: [2, 3] }])],
    ['loop', loopGraph],
  ])('writes the same bytes for the same %s graph, built once or twice', (_, build) => {
    const graph = build();
    const bytes = Buffer.from(writeOnnx(graph));
    expect(bytes.equals(writeOnnx(graph)), 'one graph twice').toBe(true);
    expect(bytes.equals(writeOnnx(build())), 'two equal graphs').toBe(true);
  });

  it('declares opset 18, IR version 8, inputs, outputs and symbolic sizes', () => {
    const model = ModelProto.decode(writeOnnx(inference()));
    expect(Number(model.irVersion)).toBe(8);
    expect(model.opsetImport?.map(({ domain, version }) => [domain, Number(version)])).toEqual([['', 18]]);
    expect(model.producerName).toBe('impasto');
    for (const [list, name] of [[model.graph?.input, 'image'] as const, [model.graph?.output, 'stylized'] as const]) {
      expect(list).toHaveLength(1);
      const [value] = list ?? [];
      expect(value?.name).toBe(name);
      expect(value?.type?.tensorType?.elemType).toBe(TensorProto.DataType.FLOAT);
      const sizes = value?.type?.tensorType?.shape?.dim?.map(({ dimParam, dimValue }) => dimParam || Number(dimValue));
      expect(sizes).toEqual(['N', 3, 'H', 'W']);
    }
  });

  it('joins operators of other domains to a graph by names', () => {
    const x = input('x', 'float32', [3]);
    const outputs = [
      { name: 'kept', value: relu(x) },
      { name: 'read', value: add(x, 1) },
    ];
    const graph = { name: 'joined', inputs: [x], outputs };
    const attributes = { size: float(1), count: int(2) };
    const node = { domain: 'elsewhere', operator: 'Gather', inputs: ['list', 'read'], output: 'done', attributes };
    const written = ModelProto.decode(
      writeOnnx(
        graph,
        {},
        {
          inputs: [{ name: 'list', type: 'float32', shape: null }],
          nodes: [node],
          outputs: [{ name: 'done', type: 'bool', shape: [1] }],
        },
      ),
    );
    expect(written.opsetImport?.map(({ domain, version }) => [domain, Number(version)])).toEqual([
      ['', 18],
      ['elsewhere', 1],
    ]);
    expect(written.graph?.input?.map(({ name }) => name)).toEqual(['x', 'list']);
    expect(written.graph?.input?.[1]?.type?.sequenceType?.elemType?.tensorType?.elemType).toBe(
      TensorProto.DataType.FLOAT,
    );
    expect(written.graph?.output?.map(({ name }) => name)).toEqual(['kept', 'done']);
    const last = written.graph?.node?.at(-1);
    expect(last).toMatchObject({ domain: 'elsewhere', opType: 'Gather', input: ['list', 'read'], output: ['done'] });
    expect(last?.attribute?.map(({ name, type }) => [name, type])).toEqual([
      ['size', AttributeProto.AttributeType.FLOAT],
      ['count', AttributeProto.AttributeType.INT],
    ]);
  });

  it('names every value once, and every node reads only what stands before it', () => {
    for (const graph of [inference(), tinyTrainingGraph(tinyNetwork).graph]) {
      const written = ModelProto.decode(writeOnnx(graph)).graph;
      const known = new Set<string>();
      const define = (name: string | null | undefined) => {
        expect(name).toBeTruthy();
        expect(known.has(name ?? ''), `${name} is named once`).toBe(false);
        known.add(name ?? '');
      };
      for (const { name } of [...(written?.input ?? []), ...(written?.initializer ?? [])]) define(name);
      for (const { input: operands, output } of written?.node ?? []) {
        for (const operand of operands ?? []) {
          if (operand !== '') expect(known.has(operand), `${operand} is known`).toBe(true);
        }
        for (const name of output ?? []) define(name);
      }
      for (const { name } of written?.output ?? []) expect(known.has(name ?? '')).toBe(true);
      const nodeNames = written?.node?.map(({ name }) => name);
      expect(new Set(nodeNames).size).toBe(nodeNames?.length);
    }
  });

  it('gives nodes the names of their scopes', () => {
    const names = ModelProto.decode(writeOnnx(inference())).graph?.node?.map(({ name }) => name);
    expect(names).toContain('residual.3.conv1/Conv.1');
  });

  it("writes each attribute with ONNX's type for it", () => {
    const { AttributeType } = AttributeProto;
    const nodes = ModelProto.decode(writeOnnx(attributesGraph())).graph?.node ?? [];
    const attributes = nodes
      .flatMap(({ attribute }) => attribute ?? [])
      .map(({ name, type, f, i, ints }) => {
        const value = type === AttributeType.FLOAT ? f : type === AttributeType.INT ? Number(i) : ints?.map(Number);
        return [name, type, value];
      });
    expect(attributes).toEqual([
      ['kernel_shape', AttributeType.INTS, [1, 2]],
      ['strides', AttributeType.INTS, [1, 1]],
      ['pads', AttributeType.INTS, [0, 1, 0, 0]],
      ['epsilon', AttributeType.FLOAT, 0.25],
      ['to', AttributeType.INT, TensorProto.DataType.FLOAT16],
    ]);
  });

  it('leaves out an optional input by an empty name', () => {
    const resize = ModelProto.decode(writeOnnx(inference())).graph?.node?.find(({ opType }) => opType === 'Resize');
    expect(resize?.input?.[1]).toBe('');
    expect(resize?.input?.[2]).toMatch(/^constant\./);
  });
});

describe('the body of a loop in a file', () => {
  const written = ModelProto.decode(writeOnnx(loopGraph())).graph;
  const node = written?.node?.find(({ opType }) => opType === 'Loop');
  const [attribute] = node?.attribute ?? [];
  const names = (values: readonly { name?: string | null }[] | null | undefined) => values?.map(({ name }) => name);

  it('is an attribute of type GRAPH, with the values that the iterations pass on', () => {
    expect(node).toMatchObject({ input: ['constant.1', '', 'x'], output: ['y', 'seen'] });
    expect(attribute).toMatchObject({ name: 'body', type: AttributeProto.AttributeType.GRAPH });
    expect(names(attribute?.g?.input)).toEqual(['repeat/iteration', 'repeat/condition', 'repeat/x']);
    expect(names(attribute?.g?.output)).toEqual(['repeat/condition.next', 'repeat/x.next', 'repeat/seen']);
  });

  it('reads constants and what no iteration changes from the graph around it', () => {
    expect(attribute?.g?.initializer).toEqual([]);
    expect(names(written?.initializer)).toEqual(['constant.1', 'weight']);
    expect(written?.node?.map(({ opType }) => opType)).toEqual(['Exp', 'Loop']);
    expect(attribute?.g?.node?.map(({ opType, input: operands }) => [opType, operands])).toEqual([
      ['Identity', ['repeat/condition']],
      ['Mul', ['repeat/x', 'Exp.1']],
      ['Add', ['Mul.1', 'weight']],
      ['Identity', ['repeat/x']],
    ]);
  });

  it('names nothing as the graph around it does', () => {
    const x = input('repeat/x', 'float32', [2]);
    const { carried } = loop('repeat', constant(intTensor([2])), [{ name: 'x', value: x }], (_, values) => ({
      carried: values,
      collected: [],
    }));
    const clash = { name: 'g', inputs: [x], outputs: carried.map((value) => ({ name: 'y', value })) };
    expect(() => writeOnnx(clash)).toThrow(/unique names in the graph repeat but received repeat\/x twice/);
  });

  it('cannot give what does not depend on the iteration', () => {
    const x = input('x', 'float32', [2]);
    const { collected } = loop('invariant', constant(intTensor([2])), [{ name: 'x', value: x }], (_, carried) => ({
      carried,
      collected: [{ name: 'same', value: relu(x) }],
    }));
    const outputs = collected.map((value) => ({ name: 'y', value }));
    expect(() => writeOnnx({ name: 'g', inputs: [x], outputs })).toThrow(
      "Expected the output invariant/same of invariant to be an operator's result of its own",
    );
  });
});

describe('writeOnnx refuses', () => {
  const x = input('x', 'float32', [2]);
  const graph = (inputs: Graph['inputs'], outputs: Record<string, Value>): Graph => ({
    name: 'g',
    inputs,
    outputs: Object.entries(outputs).map(([name, value]) => ({ name, value })),
  });
  const named = (name: string) => constant(floatTensor([2], Float32Array.of(1, 2)), name);
  const shared = relu(x);
  const undeclared = input('other', 'float32', [2]);

  it.each([
    ['two inputs of one name', graph([x, input('x', 'float32', [3])], { y: relu(x) }), /unique names .* x twice/],
    ['an output with the name of an input', graph([x], { x: relu(x) }), /unique names .* x twice/],
    ['a constant with the name of an input', graph([x], { y: add(x, named('x')) }), /unique names .* x twice/],
    ['two constants of one name', graph([x], { y: add(named('w'), named('w')) }), /unique names .* w twice/],
    ['an input that is not listed', graph([x], { y: add(x, undeclared) }), /graph g to list the input other/],
    ['one value under two output names', graph([x], { y: shared, z: shared }), /output z of g .* of its own/],
    ['an input as an output', graph([x], { y: x }), /output y of g to be an operator's result/],
  ])('%s', (_, refused, message) => {
    expect(() => writeOnnx(refused)).toThrow(message);
  });

  it('nothing in values that a scope names alike', () => {
    const twins = inScope('scope', () => add(relu(x), relu(x)));
    const names = ModelProto.decode(writeOnnx(graph([x], { y: twins }))).graph?.node?.map(({ name }) => name);
    expect(names).toEqual(['scope/Relu.1', 'scope/Relu.2', 'y']);
  });
});

describe('readInitializers and readMetadata', () => {
  const metadata = { style: 'The Great Wave', licence: 'öffentlich', empty: '' };
  const parameters = randomParameters(tinyNetwork, 1);
  const bytes = writeOnnx(inferenceGraph(tinyNetwork, parameters), metadata);

  it('give back parameters and metadata', () => {
    const read = readInitializers(bytes);
    for (const [name, tensor] of parameters) expect(read.get(name)).toEqual(tensor);
    expect(readMetadata(bytes)).toEqual(metadata);
    expect(Object.keys(readMetadata(bytes))).toEqual(Object.keys(metadata));
  });

  it('read what other writers store: values in floatData, and tensors of other types passed over', () => {
    const foreign = ModelProto.encode({
      opsetImport: [{ domain: '', version: 9 }],
      graph: {
        initializer: [
          { name: 'w', dataType: TensorProto.DataType.FLOAT, dims: [2], floatData: [1.5, -2] },
          { name: 'shape', dataType: TensorProto.DataType.INT64, dims: [1], int64Data: [4] },
        ],
      },
    }).finish();
    const expected: Tensor = floatTensor([2], Float32Array.of(1.5, -2));
    expect([...readInitializers(foreign)]).toEqual([['w', expected]]);
  });

  it('read arrays from wherever in memory the file lies', () => {
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(readInitializers(shifted.subarray(1))).toEqual(readInitializers(bytes));
  });

  const notOnnx = /^Expected an ONNX model but received/;
  it.each([
    ['half of a file', bytes.subarray(0, bytes.length / 2)],
    ['a text', new TextEncoder().encode('{"modelTopology": {}}')],
    ['nothing', new Uint8Array()],
    ['zeros', new Uint8Array(64)],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13)],
  ])('refuse %s', (_, damaged) => {
    expect(() => readInitializers(damaged)).toThrow(notOnnx);
    expect(() => readMetadata(damaged)).toThrow(notOnnx);
  });

  it.each([
    ['too few bytes', { rawData: new Uint8Array(4) }, 'Expected 8 bytes of data in the initializer w but received 4'],
    ['too few numbers', { floatData: [1] }, 'Expected 2 elements for the shape [2] but received 1'],
  ])('refuse an initializer with %s', (_, data, message) => {
    const initializer = [{ name: 'w', dataType: TensorProto.DataType.FLOAT, dims: [2], ...data }];
    const damaged = ModelProto.encode({ opsetImport: [{ version: 18 }], graph: { initializer } }).finish();
    expect(() => readInitializers(damaged)).toThrow(message);
  });
});

describe('a file written for ONNX Runtime', () => {
  it('keeps a scalar constant a scalar', () => {
    const x = input('x', 'float32', []);
    const graph = { name: 'g', inputs: [x], outputs: [{ name: 'y', value: mul(x, 2) }] };
    const [initializer] = ModelProto.decode(writeOnnx(graph)).graph?.initializer ?? [];
    expect(initializer?.dims).toEqual([]);
  });
});

import onnxProto from 'onnx-proto';
import { type Dimension, formatDimension } from '../ir/dimension.ts';
import { type DataType, elementCount, type FloatTensor, floatTensor, type Tensor } from '../ir/tensor.ts';
import type { Graph, Value } from '../ir/value.ts';
import { type NamedGraph, type NamedNode, nameValues } from './name-values.ts';

const { onnx } = onnxProto;
const { AttributeProto, ModelProto, TensorProto } = onnx;

const opset = 18;
const irVersion = 8;

const elementTypes: Record<DataType, onnxProto.onnx.TensorProto.DataType> = {
  float32: TensorProto.DataType.FLOAT,
  float16: TensorProto.DataType.FLOAT16,
  int64: TensorProto.DataType.INT64,
  bool: TensorProto.DataType.BOOL,
  uint8: TensorProto.DataType.UINT8,
};

/**
 * A graph as the bytes of an ONNX file (opset 18, IR version 8). Same graph, same bytes.
 * @param metadata entries of `metadata_props`, written in the order given
 */
export function writeOnnx(graph: Graph, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const model = ModelProto.create({
    irVersion,
    opsetImport: [{ domain: '', version: opset }],
    producerName: 'impasto',
    graph: graphProto(nameValues(graph)),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return ModelProto.encode(model).finish();
}

function graphProto(named: NamedGraph): onnxProto.onnx.IGraphProto {
  const { graph, nodes, constants, nameOf } = named;
  return {
    name: graph.name,
    input: graph.inputs.map((value) => valueInfo(value.name, value)),
    output: graph.outputs.map(({ name, value }) => valueInfo(name, value)),
    initializer: constants.map((value) => tensorProto(nameOf(value), value.tensor)),
    node: nodes.map((node) => nodeProto(node, named)),
  };
}

function nodeProto({ node, outputs }: NamedNode, named: NamedGraph): onnxProto.onnx.INodeProto {
  const { operator, inputs, attributes } = node;
  return {
    name: outputs[0]?.name ?? '',
    opType: operator,
    input: inputs.map((operand) => (operand ? named.nameOf(operand) : '')),
    output: outputs.map(({ name }) => name),
    attribute: Object.entries(attributes).map(([name, attribute]) =>
      isGraph(attribute) ? bodyProto(name, nameValues(attribute, named)) : attributeProto(name, attribute),
    ),
  };
}

type AttributeValue = number | string | readonly number[];

function isGraph(attribute: AttributeValue | Graph): attribute is Graph {
  return typeof attribute === 'object' && 'outputs' in attribute;
}

function bodyProto(name: string, body: NamedGraph): onnxProto.onnx.IAttributeProto {
  return { name, type: AttributeProto.AttributeType.GRAPH, g: graphProto(body) };
}

/** ONNX stores some numbers as floats and an element type by its number; the name tells which. */
function attributeProto(name: string, value: AttributeValue): onnxProto.onnx.IAttributeProto {
  const { AttributeType } = AttributeProto;
  if (name === 'to') return { name, type: AttributeType.INT, i: elementTypes[dataType(value)] };
  if (name === 'epsilon') return { name, type: AttributeType.FLOAT, f: Number(value) };
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  return { name, type: AttributeType.INTS, ints: [...value] };
}

function dataType(value: AttributeValue): DataType {
  for (const type of ['float32', 'float16', 'int64', 'bool', 'uint8'] as const) if (type === value) return type;
  throw new Error(`Expected an element type but received ${value}`);
}

function valueInfo(name: string, { type, shape }: Value): onnxProto.onnx.IValueInfoProto {
  return { name, type: { tensorType: { elemType: elementTypes[type], shape: { dim: shape.map(dimensionProto) } } } };
}

function dimensionProto(dimension: Dimension): onnxProto.onnx.TensorShapeProto.IDimension {
  return typeof dimension === 'number' ? { dimValue: dimension } : { dimParam: formatDimension(dimension) };
}

function tensorProto(name: string, { type, shape, data }: Tensor): onnxProto.onnx.ITensorProto {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dataType: elementTypes[type], dims: [...shape], rawData };
}

/**
 * The float32 initializers of an ONNX file by name, whoever wrote it.
 * @throws if the bytes are not an ONNX model, or an initializer's data is missing or of the wrong length
 */
export function readInitializers(bytes: Uint8Array): ReadonlyMap<string, FloatTensor> {
  const tensors = new Map<string, FloatTensor>();
  for (const initializer of decodeModel(bytes).graph?.initializer ?? []) {
    if (initializer.dataType !== TensorProto.DataType.FLOAT) continue;
    const shape = (initializer.dims ?? []).map(Number);
    tensors.set(initializer.name ?? '', floatTensor(shape, floatData(initializer, shape)));
  }
  return tensors;
}

/**
 * The entries of an ONNX file's `metadata_props`.
 * @throws if the bytes are not an ONNX model
 */
export function readMetadata(bytes: Uint8Array): Readonly<Record<string, string>> {
  const entries = decodeModel(bytes).metadataProps ?? [];
  return Object.fromEntries(entries.map(({ key, value }) => [key ?? '', value ?? '']));
}

function decodeModel(bytes: Uint8Array): onnxProto.onnx.IModelProto {
  let model: onnxProto.onnx.IModelProto;
  try {
    model = ModelProto.decode(bytes);
  } catch {
    throw new Error(
      'Expected an ONNX model but received bytes that are not one (damaged, cut short, or another format)',
    );
  }
  if (!model.graph || !model.opsetImport?.length) {
    throw new Error('Expected an ONNX model but received a file without a graph');
  }
  return model;
}

function floatData(tensor: onnxProto.onnx.ITensorProto, shape: readonly number[]): Float32Array {
  const count = elementCount(shape);
  if (tensor.rawData?.length) {
    if (tensor.rawData.length !== count * 4) {
      const received = `${tensor.rawData.length} bytes`;
      throw new Error(`Expected ${count * 4} bytes of data in the initializer ${tensor.name} but received ${received}`);
    }
    return new Float32Array(Uint8Array.from(tensor.rawData).buffer);
  }
  return Float32Array.from(tensor.floatData ?? []);
}

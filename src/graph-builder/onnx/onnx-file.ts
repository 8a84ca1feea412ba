import onnxProto from 'onnx-proto';
import { type Dimension, formatDimension, symbolic } from '../ir/dimension.ts';
import { type DataType, dataTypes, elementCount, type FloatTensor, floatTensor, type Tensor } from '../ir/tensor.ts';
import type { Graph } from '../ir/value.ts';
import { type AttributeKind, attributeKinds } from './attribute-schemas.ts';
import {
  type CustomNode,
  type CustomOperators,
  type Declaration,
  noCustomOperators,
  signatureOf,
} from './custom-operators.ts';
import type { FileGraph, FileNode, FileValue } from './file-graph.ts';
import { type NamedGraph, type NamedNode, nameValues } from './name-values.ts';

const { onnx } = onnxProto;
const { AttributeProto, ModelProto, TensorProto } = onnx;

const opset = 18;
const irVersion = 8;

const elementTypes: Record<DataType, onnxProto.onnx.TensorProto.DataType> = {
  float32: TensorProto.DataType.FLOAT,
  float16: TensorProto.DataType.FLOAT16,
  int64: TensorProto.DataType.INT64,
  int32: TensorProto.DataType.INT32,
  int8: TensorProto.DataType.INT8,
  uint8: TensorProto.DataType.UINT8,
  bool: TensorProto.DataType.BOOL,
};

const arrayTypes = {
  float32: Float32Array,
  float16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** What a file names as the program that wrote it. */
const producer = 'impasto';

/**
 * A graph as the bytes of an ONNX file (opset 18, IR version 8). Same graph, same bytes.
 * @param metadata entries of `metadata_props`, written in the order given
 * @param customOperators operators of other domains that follow the graph
 */
export function writeOnnx(
  graph: Graph,
  metadata: Readonly<Record<string, string>> = {},
  customOperators: CustomOperators = noCustomOperators,
): Uint8Array {
  const domains = [...new Set(customOperators.nodes.map(({ domain }) => domain))];
  const model = ModelProto.create({
    irVersion,
    opsetImport: [{ domain: '', version: opset }, ...domains.map((domain) => ({ domain, version: 1 }))],
    producerName: producer,
    graph: graphProto(nameValues(graph), customOperators),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return ModelProto.encode(model).finish();
}

function graphProto(
  named: NamedGraph,
  customOperators: CustomOperators = noCustomOperators,
): onnxProto.onnx.IGraphProto {
  const { graph, nodes, constants, nameOf } = named;
  const { inputs, outputs } = signatureOf(graph, customOperators);
  return {
    name: graph.name,
    input: inputs.map(valueInfo),
    output: outputs.map(valueInfo),
    initializer: constants.map((value) => tensorProto(nameOf(value), value.tensor)),
    node: [...nodes.map((node) => nodeProto(node, named)), ...customOperators.nodes.map(customNodeProto)],
  };
}

function nodeProto({ node, outputs }: NamedNode, named: NamedGraph): onnxProto.onnx.INodeProto {
  const { operator, inputs, attributes } = node;
  const kinds: Readonly<Record<string, AttributeKind>> = attributeKinds[operator];
  return {
    name: outputs[0]?.name ?? '',
    opType: operator,
    input: inputs.map((operand) => (operand ? named.nameOf(operand) : '')),
    output: outputs.map(({ name }) => name),
    attribute: Object.entries(attributes).map(([name, attribute]) =>
      isGraph(attribute)
        ? bodyProto(name, nameValues(attribute, named))
        : attributeProto(name, kinds[name] ?? 'graph', attribute),
    ),
  };
}

function customNodeProto({ domain, operator, inputs, output, attributes }: CustomNode): onnxProto.onnx.INodeProto {
  return {
    name: output,
    domain,
    opType: operator,
    input: [...inputs],
    output: [output],
    attribute: Object.entries(attributes).map(([name, { kind, value }]) => attributeProto(name, kind, value)),
  };
}

type AttributeValue = number | string | readonly number[];

function isGraph(attribute: AttributeValue | Graph): attribute is Graph {
  return typeof attribute === 'object' && 'outputs' in attribute;
}

function bodyProto(name: string, body: NamedGraph): onnxProto.onnx.IAttributeProto {
  return { name, type: AttributeProto.AttributeType.GRAPH, g: graphProto(body) };
}

function attributeProto(name: string, kind: AttributeKind, value: AttributeValue): onnxProto.onnx.IAttributeProto {
  const { AttributeType } = AttributeProto;
  if (kind === 'type') return { name, type: AttributeType.INT, i: elementTypes[dataType(value)] };
  if (kind === 'float') return { name, type: AttributeType.FLOAT, f: Number(value) };
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  return { name, type: AttributeType.INTS, ints: [...value] };
}

function dataType(value: AttributeValue): DataType {
  for (const type of dataTypes) if (type === value) return type;
  throw new Error(`Expected an element type but received ${value}`);
}

function valueInfo({ name, type, shape }: Declaration): onnxProto.onnx.IValueInfoProto {
  const elemType = elementTypes[type];
  if (shape === null) return { name, type: { sequenceType: { elemType: { tensorType: { elemType } } } } };
  return { name, type: { tensorType: { elemType, shape: { dim: shape.map(dimensionProto) } } } };
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

/**
 * The graph of an ONNX file of opset 18 as it stands there (`readGraph` makes values of its names).
 * @throws if the bytes are not an ONNX model, another program wrote them, or the model has something that impasto never
 * writes; the message says what
 */
export function readFileGraph(bytes: Uint8Array): FileGraph {
  const { graph, opsetImport, producerName } = decodeModel(bytes);
  if (producerName !== producer)
    throw new Error(`expected it as written here but it comes from ${producerName || 'an unnamed program'}`);
  const imported = opsetImport?.map(({ domain, version }) => `${domain || 'ONNX'} ${version}`).join(', ');
  if (imported !== `ONNX ${opset}`) throw new Error(`expected the operators of ONNX ${opset} but it has ${imported}`);
  return {
    name: graph?.name ?? '',
    inputs: (graph?.input ?? []).map(fileValue),
    outputs: (graph?.output ?? []).map(({ name }) => name ?? ''),
    initializers: new Map((graph?.initializer ?? []).map((tensor) => [tensor.name ?? '', fileTensor(tensor)])),
    nodes: (graph?.node ?? []).map(fileNode),
  };
}

function fileValue({ name, type }: onnxProto.onnx.IValueInfoProto): FileValue {
  const sizes = type?.tensorType?.shape?.dim?.map(({ dimParam, dimValue }) =>
    dimParam ? symbolic(dimParam) : Number(dimValue),
  );
  if (!sizes || sizes.includes(0)) throw new Error(`expected an input ${name} whose sizes are numbers or have names`);
  return { name: name ?? '', type: elementTypeOf(type?.tensorType?.elemType), shape: sizes };
}

function fileNode({ opType, input, output, attribute }: onnxProto.onnx.INodeProto): FileNode {
  return {
    operator: opType ?? '',
    inputs: input ?? [],
    outputs: output ?? [],
    attributes: Object.fromEntries((attribute ?? []).map((each) => [each.name ?? '', attributeValue(each)])),
  };
}

function attributeValue({ name, type, f, i, s, ints }: onnxProto.onnx.IAttributeProto): unknown {
  const { AttributeType } = AttributeProto;
  if (name === 'to') return elementTypeOf(Number(i));
  switch (type) {
    case AttributeType.FLOAT:
      return f;
    case AttributeType.INT:
      return Number(i);
    case AttributeType.STRING:
      return new TextDecoder().decode(s ?? new Uint8Array());
    case AttributeType.INTS:
      return (ints ?? []).map(Number);
    default:
      throw new Error(`expected an attribute ${name} of numbers or text`);
  }
}

function elementTypeOf(number: number | null | undefined): DataType {
  for (const type of dataTypes) if (elementTypes[type] === number) return type;
  throw new Error(`expected elements of ${dataTypes.join(', ')} but it has some of ONNX's type ${number}`);
}

function fileTensor(tensor: onnxProto.onnx.ITensorProto): Tensor {
  const { name, rawData } = tensor;
  const type = elementTypeOf(tensor.dataType);
  const shape = (tensor.dims ?? []).map(Number);
  // A copy, since the bytes of a file seldom lie where longer elements may begin.
  const { buffer } = Uint8Array.from(rawData ?? []);
  const expected = elementCount(shape) * arrayTypes[type].BYTES_PER_ELEMENT;
  if (buffer.byteLength !== expected) {
    throw new Error(`expected ${expected} bytes of data in ${name} but it has ${buffer.byteLength}`);
  }
  return { type, shape, data: new arrayTypes[type](buffer) };
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

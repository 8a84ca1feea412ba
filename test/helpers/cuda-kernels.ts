import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { groupByNode, sortResults } from '../../src/graph-builder/ir/sort-nodes.ts';
import type { DataType } from '../../src/graph-builder/ir/tensor.ts';
import type { Graph, Node, ResultValue } from '../../src/graph-builder/ir/value.ts';

const operatorKernels = z.object({
  /** The operator's version that opset 18 resolves to. */
  since: z.int(),
  /** A type's name or a type variable for each input; one that ends in … stands for all further inputs. */
  inputs: z.array(z.string()),
  outputs: z.array(z.string()),
  /** By opset range (`18+`, `13`, `7-12`): the element types of each type variable. */
  kernels: z.record(z.string(), z.record(z.string(), z.string())),
});
const fixture = z.object({ operators: z.record(z.string(), operatorKernels) });

export type KernelTable = z.infer<typeof fixture>['operators'];
type OperatorKernels = z.infer<typeof operatorKernels>;

const path = fileURLToPath(new URL('../fixtures/onnxruntime/cuda-kernels.json', import.meta.url));

/** The kernels of ONNX Runtime's CUDA provider; the fixture says where they are from. */
export const cudaKernels: KernelTable = fixture.parse(JSON.parse(readFileSync(path, 'utf8'))).operators;

/** One node with its outputs that are read, in the graph itself or in a loop's body. */
interface UsedNode {
  readonly node: Node;
  readonly results: readonly ResultValue[];
}

/** The nodes of a graph and of all loops in it. */
export function allNodes(graph: Graph): readonly UsedNode[] {
  const found = new Map<Node, readonly ResultValue[]>();
  const collect = ({ outputs }: Graph) => {
    for (const [node, results] of groupByNode(sortResults(outputs.map(({ value }) => value)))) {
      found.set(node, results);
      if (node.operator === 'Loop') collect(node.attributes.body);
    }
  };
  collect(graph);
  return [...found].map(([node, results]) => ({ node, results }));
}

/**
 * What of a graph would run on the CPU, as `Operator(types): reason`, each once: operators, types and versions without a
 * CUDA kernel, and transposed convolutions that the provider hands back although it has one.
 */
export function withoutCudaKernel(graph: Graph, table: KernelTable = cudaKernels): readonly string[] {
  const found = allNodes(graph).flatMap((used) => {
    const reason = reasonAgainst(used, table[used.node.operator]);
    const types = used.node.inputs.map((value) => value?.type ?? '-').join(', ');
    return reason === undefined ? [] : [`${used.node.operator}(${types}): ${reason}`];
  });
  return [...new Set(found)];
}

function reasonAgainst({ node, results }: UsedNode, kernels: OperatorKernels | undefined): string | undefined {
  if (!kernels) return 'no kernel is listed';
  if (node.operator === 'ConvTranspose') {
    const { pads } = node.attributes;
    // ONNX Runtime, CUDAExecutionProvider::GetCapability: cuDNN has no transposed convolution with such pads.
    if (pads[0] !== pads[2] || pads[1] !== pads[3]) return 'the provider leaves asymmetric pads to the CPU';
  }
  const versions = Object.entries(kernels.kernels).filter(([range]) => serves(range, kernels.since));
  if (versions.length === 0) return `no kernel serves version ${kernels.since}`;
  const operands = [
    ...node.inputs.map((value, index) => [nameAt(kernels.inputs, index), value?.type] as const),
    ...results.map(({ output, type }) => [nameAt(kernels.outputs, output), type] as const),
  ];
  const fits = versions.some(([, types]) => operands.every(([name, type]) => !type || allows(types, name, type)));
  return fits ? undefined : 'no kernel for these types';
}

/**
 * Whether a kernel registered for an opset range serves a version of its operator, by the rule of ONNX Runtime's kernel
 * registry: a range with an end serves all versions in it, an open one only the version that it begins with.
 */
export function serves(range: string, version: number): boolean {
  const [start = Number.NaN, end = start] = range.split(/[-+]/).filter(Boolean).map(Number);
  return range.endsWith('+') ? version === start : start <= version && version <= end;
}

function nameAt(names: readonly string[], index: number): string {
  const last = names.at(-1) ?? '';
  return (names[index] ?? (last.endsWith('...') ? last : 'none')).replace('...', '');
}

/** A type variable that the kernel does not restrict takes any type. */
function allows(types: Readonly<Record<string, string>>, name: string, type: DataType): boolean {
  if (name === 'none') return false;
  if (/^(float|u?int|bool)\d*$/.test(name)) return name === type;
  return types[name]?.split(' ').includes(type) ?? true;
}

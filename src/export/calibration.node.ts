import { Tensor } from 'onnxruntime-common';
import type { Graph, Value } from '../graph-builder/ir/value.ts';
import { writeOnnx } from '../graph-builder/onnx/onnx-file.ts';
import { identity } from '../graph-builder/operators/index.ts';
import { CHANNELS, type Picture, toPlanar } from '../image/picture.ts';
import { createSession, type SessionOptions } from '../infer/session.node.ts';
import { unionOf, type ValueRange } from '../lowering/precision/quantization.ts';
import type { ConvolutionRanges, QuantizableConvolution } from '../lowering/precision/quantized-convolutions.ts';
import { visibleRange } from '../lowering/precision/visible-range.ts';

/** Values of which there are more are judged by every so many of them. */
const mostValues = 20_000;

/** The part of the values that may lie beyond each end of a range: single outliers would make every step coarser. */
const cutOff = 1e-4;

/**
 * What goes into convolutions and comes out of them when a network paints pictures; of the last one, what can be seen.
 * @returns the ranges by the convolutions' results
 */
export async function measureRanges(
  graph: Graph,
  convolutions: readonly QuantizableConvolution[],
  pictures: readonly Picture[],
  options: SessionOptions,
): Promise<ReadonlyMap<Value, ConvolutionRanges>> {
  const observed = convolutions.flatMap(({ input, output }, index) => [
    { name: inputName(index), value: identity(input) },
    { name: outputName(index), value: identity(output) },
  ]);
  const { session } = await createSession(writeOnnx({ ...graph, outputs: [...graph.outputs, ...observed] }), options);
  const ranges = new Map<Value, ConvolutionRanges>();
  try {
    for (const picture of pictures) {
      const image = new Tensor('float32', toPlanar(picture), [1, CHANNELS, picture.height, picture.width]);
      const tensors = await session.run({ [graph.inputs[0]?.name ?? '']: image });
      convolutions.forEach(({ output }, index) => {
        const found = {
          input: rangeOf(floatData(tensors[inputName(index)])),
          outputs: channelRanges(tensors[outputName(index)]),
        };
        ranges.set(output, joined(found, ranges.get(output)));
      });
    }
  } finally {
    await session.release();
  }
  const visible = visibleRange(graph);
  const last = visible && ranges.get(visible.output);
  if (last)
    ranges.set(visible.output, { ...last, outputs: last.outputs.map((range) => overlapOf(range, visible.range)) });
  return ranges;
}

const inputName = (index: number) => `convolution.${index}.input`;
const outputName = (index: number) => `convolution.${index}.output`;

function joined(a: ConvolutionRanges, b: ConvolutionRanges = a): ConvolutionRanges {
  return {
    input: unionOf([a.input, b.input]),
    outputs: a.outputs.map((range, channel) => unionOf([range, b.outputs[channel] ?? range])),
  };
}

function overlapOf(a: ValueRange, b: ValueRange): ValueRange {
  return { minimum: Math.max(a.minimum, b.minimum), maximum: Math.min(a.maximum, b.maximum) };
}

function floatData(tensor: Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new Error(`Expected float32 values in the network but it has ${tensor?.type}`);
}

/** Of [1, C, H, W]. */
function channelRanges(tensor: Tensor | undefined): readonly ValueRange[] {
  const data = floatData(tensor);
  const channels = tensor?.dims[1] ?? 1;
  const size = data.length / channels;
  return Array.from({ length: channels }, (_, channel) => rangeOf(data.subarray(channel * size, (channel + 1) * size)));
}

function rangeOf(values: Float32Array): ValueRange {
  const stride = Math.ceil(values.length / mostValues);
  const sorted = values.filter((_, index) => index % stride === 0).sort();
  const beyond = Math.floor(sorted.length * cutOff);
  return { minimum: sorted[beyond] ?? 0, maximum: sorted[sorted.length - 1 - beyond] ?? 0 };
}

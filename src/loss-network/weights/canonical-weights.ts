import { z } from 'zod';
import { halfPrecisionTensor } from '../../graph-builder/ir/half-float.ts';
import { type FloatTensor, floatTensor } from '../../graph-builder/ir/tensor.ts';
import type { LossNetworkWeights, VggArchitecture } from '../../graph-builder/networks/vgg-architecture.ts';
import { writeSafetensors } from '../../graph-builder/safetensors/safetensors.ts';
import { type MatchedConvolutions, matchConvolutions } from './match-convolutions.ts';
import type { NamingScheme, Preprocessing } from './naming-schemes.ts';
import type { SourceTensor, WeightSource } from './weight-source.ts';

const format = 'impasto-loss-network';

const threeNumbers = z.string().transform((text, context): [number, number, number] => {
  const parsed = z.tuple([z.number(), z.number(), z.number()]).safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  context.addIssue({ code: 'custom', message: 'expected three numbers as JSON' });
  return z.NEVER;
});
const metadataSchema = z.object({
  format: z.literal(format),
  architecture: z.enum(['vgg16', 'vgg19']),
  mean: threeNumbers,
  std: threeNumbers,
});

/**
 * Reads an opened weights file to the canonical form: kernels [out, in, 3, 3] in float32, the first layer's input
 * channels in RGB order, the preprocessing beside them. The file may hold only the network's first layers.
 * @param architecture what the file should be; found from its contents if not given
 * @throws if the contents do not fit the architecture (see `matchConvolutions`) or a value is not finite
 */
export async function canonicalWeights(
  source: WeightSource,
  architecture?: VggArchitecture,
): Promise<LossNetworkWeights> {
  const recorded = recordedMetadata(source);
  if (recorded !== null && architecture !== undefined && recorded.architecture !== architecture) {
    throw new Error(`Expected ${architecture} weights in ${source.file} but received ${recorded.architecture}`);
  }
  const matched = matchConvolutions(source, architecture ?? recorded?.architecture);
  const preprocessing = recorded ?? matched.scheme.preprocessing;
  if (preprocessing === null) {
    throw new Error(`${source.file} has the names of impasto's own files: expected metadata with the format ${format}`);
  }
  const tensors = await readConvolutions(source, matched);
  return { architecture: matched.architecture, mean: preprocessing.mean, std: preprocessing.std, tensors };
}

/**
 * The bytes of impasto's own weights file: safetensors with the canonical names, and architecture, mean and std as
 * metadata. The same weights give the same bytes.
 * @param precision of the numbers in the file: half takes half the bytes
 */
export function encodeWeights(
  { architecture, mean, std, tensors }: LossNetworkWeights,
  precision: 'single' | 'half' = 'single',
): Uint8Array {
  const metadata = { format, architecture, mean: JSON.stringify(mean), std: JSON.stringify(std) };
  const stored = new Map(
    [...tensors].map(([name, tensor]) => [name, precision === 'half' ? halfPrecisionTensor(tensor) : tensor] as const),
  );
  return writeSafetensors({ tensors: stored, metadata });
}

/** What impasto's own files record; null for a file from elsewhere. */
function recordedMetadata({
  file,
  metadata,
}: WeightSource): (Preprocessing & { readonly architecture: VggArchitecture }) | null {
  if (metadata.format !== format) return null;
  const parsed = metadataSchema.safeParse(metadata);
  if (parsed.success) return parsed.data;
  throw new Error(
    `${file}: expected metadata architecture (vgg16 or vgg19), mean and std (three numbers each) ` +
      `but received ${JSON.stringify(metadata)}`,
  );
}

async function readConvolutions(
  source: WeightSource,
  { scheme, convolutions }: MatchedConvolutions,
): Promise<ReadonlyMap<string, FloatTensor>> {
  const tensors = new Map<string, FloatTensor>();
  for (const { name, weight, bias, lowRank } of convolutions) {
    if (lowRank) {
      tensors.set(`${name}.reduction.weight`, await readFinite(source, lowRank.reduction));
      tensors.set(`${name}.basis.weight`, await readFinite(source, lowRank.basis));
    }
    const kernel = toOihw(await readFinite(source, weight), scheme);
    const reversed = name === 'conv1_1' && scheme.channelOrder === 'BGR';
    tensors.set(`${name}.weight`, reversed ? reverseInputChannels(kernel) : kernel);
    tensors.set(`${name}.bias`, await readFinite(source, bias));
  }
  return tensors;
}

async function readFinite({ file, tensors }: WeightSource, name: string): Promise<FloatTensor> {
  const tensor: SourceTensor | undefined = tensors.get(name);
  if (tensor === undefined) throw new Error(`${file}: expected the tensor ${name} but it is missing`);
  const data = await tensor.read();
  const position = data.findIndex((value) => !Number.isFinite(value));
  if (position >= 0) {
    throw new Error(`${file}: expected finite numbers in the tensor ${name} but received ${data[position]}`);
  }
  return floatTensor(tensor.shape, data);
}

function toOihw(kernel: FloatTensor, { layout }: NamingScheme): FloatTensor {
  if (layout === 'OIHW') return kernel;
  const [height = 0, width = 0, inputs = 0, outputs = 0] = kernel.shape;
  const result = new Float32Array(kernel.data.length);
  const area = height * width;
  for (let position = 0; position < area; position++) {
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++) {
        const value = kernel.data[(position * inputs + input) * outputs + output] ?? 0;
        result[(output * inputs + input) * area + position] = value;
      }
    }
  }
  return floatTensor([outputs, inputs, height, width], result);
}

/** The kernel [out, in, height, width] for an input whose channels come in the opposite order. */
function reverseInputChannels({ shape, data }: FloatTensor): FloatTensor {
  const [outputs = 0, inputs = 0, height = 0, width = 0] = shape;
  const area = height * width;
  const result = new Float32Array(data.length);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      const from = (output * inputs + inputs - 1 - input) * area;
      result.set(data.subarray(from, from + area), (output * inputs + input) * area);
    }
  }
  return floatTensor(shape, result);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

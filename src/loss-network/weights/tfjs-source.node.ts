import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { halfToFloat } from '../../graph-builder/ir/half-float.ts';
import { elementCount } from '../../graph-builder/ir/tensor.ts';
import { fileError, fileSize, readFileRange } from './file-bytes.node.ts';
import type { SourceTensor, WeightSource } from './weight-source.ts';

/**
 * The weights of a TensorFlow.js layers-model: model.json lists, group by group, the shards whose concatenation holds
 * the group's tensors one after another (tfjs-core, io/types.ts, WeightsManifestEntry).
 */
const affine = { min: z.number(), scale: z.number() };
const quantizationSchema = z.discriminatedUnion('dtype', [
  z.object({ dtype: z.literal('uint8'), ...affine }),
  z.object({ dtype: z.literal('uint16'), ...affine }),
  z.object({ dtype: z.literal('float16') }),
]);
const weightSchema = z.object({
  name: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  dtype: z.enum(['float32', 'int32', 'bool', 'complex64']),
  quantization: quantizationSchema.optional(),
});
const modelSchema = z.object({
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(weightSchema) })),
});

type WeightEntry = z.infer<typeof weightSchema>;

interface Shard {
  readonly path: string;
  readonly size: number;
}

const bytesPerElement = { float32: 4, int32: 4, bool: 1, complex64: 8, uint8: 1, uint16: 2, float16: 2 };

/**
 * Opens a TensorFlow.js layers-model by its model.json; each tensor is read, and its quantisation undone, only when it
 * is asked for.
 * @throws if model.json or a shard is missing, model.json is not a layers-model, or the shards do not have the size
 * that it describes
 */
export async function openTfjsModel(modelFile: string): Promise<WeightSource> {
  const text = await readFile(modelFile, 'utf8').catch((cause: unknown) => {
    throw fileError(modelFile, cause);
  });
  const tensors = new Map<string, SourceTensor>();
  for (const { paths, weights } of parseManifest(text, modelFile)) {
    const shards = await openShards(paths.map((path) => join(dirname(modelFile), path)));
    let position = 0;
    for (const entry of weights) {
      const start = position;
      position += byteLength(entry);
      const end = position;
      const read = async () => decode(entry, await readShards(shards, start, end), modelFile);
      tensors.set(entry.name, { shape: entry.shape, read });
    }
    requireGroupSize(shards, position, modelFile);
  }
  return { file: modelFile, metadata: {}, tensors };
}

function parseManifest(text: string, modelFile: string): z.infer<typeof modelSchema>['weightsManifest'] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${modelFile} is not a TensorFlow.js model: expected JSON`, { cause });
  }
  const parsed = modelSchema.safeParse(json);
  if (parsed.success) return parsed.data.weightsManifest;
  const [issue] = parsed.error.issues;
  throw new Error(
    `${modelFile} is not a TensorFlow.js layers-model: expected a weightsManifest of tensors (${issue?.path.join('.')}: ${issue?.message})`,
  );
}

async function openShards(paths: readonly string[]): Promise<readonly Shard[]> {
  const shards: Shard[] = [];
  for (const path of paths) shards.push({ path, size: await fileSize(path) });
  return shards;
}

function requireGroupSize(shards: readonly Shard[], expected: number, modelFile: string): void {
  const received = shards.reduce((sum, { size }) => sum + size, 0);
  if (received === expected) return;
  const names = shards.map(({ path }) => path).join(', ');
  throw new Error(`${modelFile} describes ${expected} bytes of weights but its shards (${names}) have ${received}`);
}

/** The bytes from `start` up to, not including, `end` of the shards' concatenation. */
async function readShards(shards: readonly Shard[], start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  let shardStart = 0;
  for (const { path, size } of shards) {
    const from = Math.max(start, shardStart);
    const to = Math.min(end, shardStart + size);
    if (from < to) bytes.set(await readFileRange(path, from - shardStart, to - shardStart), from - start);
    shardStart += size;
  }
  return bytes;
}

function byteLength({ shape, dtype, quantization }: WeightEntry): number {
  return elementCount(shape) * bytesPerElement[quantization?.dtype ?? dtype];
}

/** value = stored × scale + min for integers (tfjs-core, io/io_utils.ts, decodeWeights). */
function decode({ name, dtype, quantization }: WeightEntry, bytes: Uint8Array, modelFile: string): Float32Array {
  if (dtype !== 'float32') throw new Error(`${modelFile}: expected float32 values in ${name} but received ${dtype}`);
  const { buffer } = Uint8Array.from(bytes);
  if (quantization === undefined) return new Float32Array(buffer);
  if (quantization.dtype === 'float16') return halfToFloat(new Uint16Array(buffer));
  const { scale, min } = quantization;
  const stored = quantization.dtype === 'uint8' ? new Uint8Array(buffer) : new Uint16Array(buffer);
  return Float32Array.from(stored, (value) => value * scale + min);
}

import { z } from 'zod';
import type { ListFingerprint } from '../dataset/list-fingerprint.ts';
import { type FloatTensor, isFloatTensor, type Tensor } from '../graph-builder/ir/tensor.ts';
import type { ParameterShape } from '../graph-builder/networks/parameters.ts';
import { styleShapes } from '../graph-builder/networks/trained-part.ts';
import { transformNetworkParameters } from '../graph-builder/networks/transform-network.ts';
import { readSafetensors, type Safetensors, writeSafetensors } from '../graph-builder/safetensors/safetensors.ts';
import { type TrainingConfiguration, trainingConfigurationSchema } from '../style-file/training-configuration.ts';
import { stateArrays, type TrainedParameter, type TrainingState } from './training-state.ts';

/** One kind of training run: what its checkpoints are called, what it is configured by, and what it trains. */
export interface RunKind<Configuration> {
  readonly format: string;
  readonly schema: z.ZodType<Configuration>;
  readonly parameters: (configuration: Configuration) => readonly ParameterShape[];
}

/** The training of one style. */
export const styleRun: RunKind<TrainingConfiguration> = {
  format: 'impasto-checkpoint',
  schema: trainingConfigurationSchema,
  parameters: ({ network, tune }) => (tune === 'style' ? styleShapes(network) : transformNetworkParameters(network)),
};

const progressSchema = z.object({
  step: z.int().min(0),
  cursor: z.object({ epoch: z.int().min(0), position: z.int().min(0) }),
  learningRateFactor: z.number().positive(),
  warnings: z.int().min(0),
  photographs: z.object({ count: z.int().min(0), digest: z.string() }),
});

/** A training run at rest: its state and the configuration that led there. */
export interface Checkpoint<Configuration = TrainingConfiguration> {
  readonly state: TrainingState;
  readonly configuration: Configuration;
  /** Lines that warnings.jsonl had: what comes after them is written again by a resumed run. */
  readonly warnings: number;
  /** The photographs that the content folder held. */
  readonly photographs: ListFingerprint;
}

/**
 * The bytes of checkpoint.safetensors: parameters P, moments P.m and P.v; step, data cursor, learning-rate factor and
 * configuration as metadata, and there too a SHA-256, that of the same file without it.
 * All random draws depend on the configuration's seed and the cursor, so that these are the random state too.
 */
export async function writeCheckpoint<Configuration>(
  { format }: Pick<RunKind<Configuration>, 'format'>,
  { state, configuration, warnings, photographs }: Checkpoint<Configuration>,
): Promise<Uint8Array> {
  const { step, cursor, learningRateFactor } = state;
  const progress = { step, cursor, learningRateFactor, warnings, photographs };
  const content = {
    tensors: stateArrays(state.parameters),
    metadata: { format, progress: JSON.stringify(progress), configuration: JSON.stringify(configuration) },
  };
  return writeSafetensors({ ...content, metadata: { ...content.metadata, sha256: await hash(content) } });
}

/**
 * @param file the file's name, for messages
 * @throws if the bytes are not a checkpoint of this kind of run, or one that is damaged or incomplete
 */
export async function readCheckpoint<Configuration>(
  kind: RunKind<Configuration>,
  bytes: Uint8Array,
  file: string,
): Promise<Checkpoint<Configuration>> {
  const { tensors, metadata } = readSafetensors(bytes, file);
  if (metadata.format !== kind.format) {
    throw new Error(
      `Expected an ${kind.format} in ${file} but received ${metadata.format ?? 'another safetensors file'}`,
    );
  }
  await requireHash({ tensors, metadata }, file);
  const { warnings, photographs, ...progress } = parse(progressSchema, metadata.progress, file);
  const configuration = parse(kind.schema, metadata.configuration, file);
  const parameters = [...tensors.keys()]
    .filter((name) => !name.endsWith('.m') && !name.endsWith('.v'))
    .sort()
    .map((name) => [name, readParameter(tensors, name, file)] as const);
  const state = { ...progress, parameters: new Map(parameters) };
  requireParameters(state, kind.parameters(configuration), file);
  return { configuration, state, warnings, photographs };
}

/** Of the whole file, so that damage to names, shapes or metadata is noticed as well as damage to the numbers. */
async function hash(content: Safetensors): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', writeSafetensors(content));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function requireHash({ tensors, metadata: { sha256, ...metadata } }: Safetensors, file: string): Promise<void> {
  if ((await hash({ tensors, metadata })) === sha256) return;
  throw new Error(`The checkpoint ${file} is damaged: its content is not what its SHA-256 says`);
}

/** The parameters must be those of the network that the configuration describes. */
function requireParameters({ parameters }: TrainingState, expected: readonly ParameterShape[], file: string): void {
  for (const { name, shape } of expected) {
    const received = parameters.get(name)?.value.shape;
    if (received?.join() === shape.join()) continue;
    const came = received ? `[${received}]` : 'none';
    throw new Error(`Expected ${name} of shape [${shape}] in the checkpoint ${file} but received ${came}`);
  }
  if (parameters.size !== expected.length) {
    throw new Error(`Expected ${expected.length} parameters in the checkpoint ${file} but received ${parameters.size}`);
  }
}

function readParameter(tensors: ReadonlyMap<string, Tensor>, name: string, file: string): TrainedParameter {
  const read = (key: string): FloatTensor => {
    const tensor = tensors.get(key);
    if (tensor && isFloatTensor(tensor)) return tensor;
    throw new Error(`Expected a float32 tensor ${key} in the checkpoint ${file} but found none`);
  };
  return { value: read(name), firstMoment: read(`${name}.m`), secondMoment: read(`${name}.v`) };
}

function parse<T>(schema: z.ZodType<T>, text: string | undefined, file: string): T {
  try {
    return schema.parse(JSON.parse(text ?? ''));
  } catch (error) {
    throw new Error(`Expected the checkpoint ${file} to describe its run but its metadata is not of this version`, {
      cause: error,
    });
  }
}

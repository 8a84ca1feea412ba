import type { FloatTensor } from '../graph-builder/ir/tensor.ts';
import { convolutionCost, lowRankParameters, type Ranks } from '../graph-builder/networks/low-rank.ts';
import type { LossNetworkWeights, VggConvolution } from '../graph-builder/networks/vgg-architecture.ts';
import { parameterValues, type TrainingState } from '../train/training-state.ts';

/** What a student is made of and what it costs. */
export interface StudentDescription {
  readonly ranks: Readonly<Record<string, number>>;
  /** Multiplications for each pixel of a picture, and the teacher's. */
  readonly cost: number;
  readonly teacherCost: number;
}

export function describeStudent(convolutions: readonly VggConvolution[], ranks: Ranks): StudentDescription {
  const total = (rankOf: (name: string) => number | undefined) =>
    convolutions.reduce((sum, convolution) => sum + convolutionCost(convolution, rankOf(convolution.name)), 0);
  return {
    ranks: Object.fromEntries(ranks),
    cost: total((name) => ranks.get(name)),
    teacherCost: total(() => undefined),
  };
}

/** The ranks of the convolutions that are of low rank among some tensors of a loss network. */
export function ranksOf(tensors: ReadonlyMap<string, FloatTensor>, convolutions: readonly VggConvolution[]): Ranks {
  const ranks = new Map<string, number>();
  for (const { name } of convolutions) {
    const rank = tensors.get(`${name}.basis.weight`)?.shape[0];
    if (rank !== undefined) ranks.set(name, rank);
  }
  return ranks;
}

/**
 * A student's own tensors, those of its convolutions of low rank.
 * @throws if it has none, or one is missing
 */
export function lowRankTensors(
  { tensors }: LossNetworkWeights,
  convolutions: readonly VggConvolution[],
): ReadonlyMap<string, FloatTensor> {
  const names = lowRankParameters(convolutions, ranksOf(tensors, convolutions)).map(({ name }) => name);
  if (names.length === 0) throw new Error('Expected a loss network of low rank to start from but received a full one');
  return new Map(names.map((name) => [name, required(tensors, name)]));
}

/** The student as a loss network: its own convolutions, and those that it shares with its teacher. */
export function assembleStudent(
  teacher: LossNetworkWeights,
  convolutions: readonly VggConvolution[],
  state: TrainingState,
): LossNetworkWeights {
  const names = new Set(convolutions.map(({ name }) => name));
  const shared = [...teacher.tensors].filter(([name]) => names.has(name.slice(0, name.indexOf('.'))));
  return { ...teacher, tensors: new Map([...shared, ...parameterValues(state)]) };
}

/**
 * The entry of a name.
 * @throws if there is none
 */
export function required<T>(values: ReadonlyMap<string, T>, name: string): T {
  const value = values.get(name);
  if (value === undefined) throw new Error(`Expected ${name} among ${[...values.keys()].join(', ')}`);
  return value;
}

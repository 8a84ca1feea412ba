import {
  type NamedPhotograph,
  type PairSource,
  pairsOfFolder,
  pairsOfModel,
} from '../../evaluate/objective/evaluate-pairs.node.ts';
import type { Device } from '../../infer/device.ts';
import { loadStylizer } from '../../infer/open-stylizer.node.ts';
import { resolveModel } from '../../infer/shipped-styles.node.ts';
import { UsageError } from '../shared/exit.ts';

/** What `impasto evaluate` judges: a model, or a folder of pictures that are stylized already. */
export interface Candidate {
  readonly kind: 'model' | 'stylized';
  /** The flag's value. */
  readonly name: string;
  readonly pairOf: PairSource;
  /** Frees the model. */
  readonly release: () => Promise<void>;
}

/** The flags that say what is judged. */
export interface CandidateFlags {
  readonly model: readonly string[] | undefined;
  readonly stylized: readonly string[] | undefined;
  readonly maxSide: number;
  readonly device: Device;
  readonly threads: number | undefined;
}

/** @throws UsageError if there is nothing to judge, or the same twice */
export function requireCandidates({ model, stylized }: CandidateFlags): void {
  const [flag, names] = model ? ['model', model] : ['stylized', stylized ?? []];
  if (names.length === 0) throw new UsageError('Expected what to judge: --model FILE or --stylized DIR');
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated === undefined) return;
  throw new UsageError(`Expected different values for --${flag} but received ${repeated} twice`);
}

/**
 * Opens all that is judged, before any of it is: a model that is missing is told of at once.
 * @throws if a model cannot be loaded, or a folder lacks the picture of a photograph
 */
export async function openCandidates(
  { model, stylized, maxSide, device, threads }: CandidateFlags,
  photographs: readonly NamedPhotograph[],
): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  try {
    for (const name of stylized ?? []) {
      const pairOf = await pairsOfFolder(photographs, name, maxSide);
      candidates.push({ kind: 'stylized', name, pairOf, release: async () => {} });
    }
    for (const name of model ?? []) {
      const { stylizer } = await loadStylizer(await resolveModel(name), { device, threads });
      const pairOf = pairsOfModel(stylizer, maxSide);
      candidates.push({ kind: 'model', name, pairOf, release: () => stylizer.release() });
    }
    return candidates;
  } catch (error) {
    await releaseAll(candidates);
    throw error;
  }
}

export async function releaseAll(candidates: readonly Candidate[]): Promise<void> {
  await Promise.all(candidates.map(({ release }) => release()));
}

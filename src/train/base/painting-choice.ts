import { RandomPurpose, randomStream } from '../../dataset/random.ts';
import type { BaseConfiguration } from '../../style-file/base/base-configuration.ts';

/** A painting and its place in the list of all. */
export interface PaintingFile {
  readonly path: string;
  readonly index: number;
}

/** The variant that shows a painting as it is. */
export const original = 0;

/** All paintings of all groups, group by group; one that is in several groups is one painting. */
export function listPaintings({ paintings }: Pick<BaseConfiguration, 'paintings'>): readonly PaintingFile[] {
  return [...new Set(paintings.flat())].map((path, index) => ({ path, index }));
}

/**
 * Which painting a micro-batch is painted after, and which variant of it: it depends on the seed, the step and the part
 * alone, so that a run that is resumed goes on with the same.
 * @param step steps done before
 * @param part which of the step's micro-batches, from 0
 */
export function choosePainting(
  configuration: Pick<BaseConfiguration, 'paintings' | 'variants' | 'seed'>,
  step: number,
  part: number,
): { readonly painting: PaintingFile; readonly variant: number } {
  const random = randomStream(configuration.seed, RandomPurpose.PaintingChoice, step, part);
  const group = configuration.paintings[random.below(configuration.paintings.length)] ?? [];
  const path = group[random.below(group.length)];
  const painting = listPaintings(configuration).find((candidate) => candidate.path === path);
  if (!painting) throw new Error('Expected a group of paintings but received an empty one');
  return { painting, variant: random.below(configuration.variants) };
}

import { z } from 'zod';
import { randomStream } from '../../src/dataset/random.ts';

/** What the reader of a panel may answer: the left picture, the right one, or neither. */
export const choices = ['L', 'R', 'equal'] as const;

/** Two pictures of one photograph in the style of one painting, each by its system's name. */
const pairSchema = z.strictObject({
  photograph: z.string(),
  painting: z.string(),
  pictures: z
    .record(z.string(), z.string())
    .refine((pictures) => Object.keys(pictures).length === 2, 'Expected the pictures of two systems'),
});

export const pairsSchema = z.array(pairSchema).min(1);
export type Pair = z.infer<typeof pairSchema>;

/** A pair as a reader sees it: its number, and who painted the picture on either side. */
const placedPairSchema = z.object({
  pair: z.int().min(1),
  photograph: z.string(),
  painting: z.string(),
  left: z.object({ system: z.string(), picture: z.string() }),
  right: z.object({ system: z.string(), picture: z.string() }),
});
export type PlacedPair = z.infer<typeof placedPairSchema>;

/** What a reader must not see. */
export const keySchema = z.object({ seed: z.int().min(0), pairs: z.array(placedPairSchema).min(1) });
export type Key = z.infer<typeof keySchema>;

/** The streams of random numbers that an arrangement draws from. */
const ORDER = 1;
const SIDES = 2;

/**
 * Lays pairs in random order and their pictures on random sides; the same seed lays them the same way. The system that is
 * named first stands left in half of the pairs, so that a reader who prefers one side prefers no system.
 */
export function arrange(pairs: readonly Pair[], seed: number): Key {
  const order = [...randomStream(seed, ORDER).permutation(pairs.length)];
  const sides = randomStream(seed, SIDES);
  const places = sides.permutation(pairs.length);
  // Of an odd number of pairs, chance decides to whom the last side goes.
  const offset = sides.below(2);
  const placed = order.map((index, position): PlacedPair => {
    const pair = pairs[index];
    const [first, second] = Object.entries(pair?.pictures ?? {}).map(([system, picture]) => ({ system, picture }));
    if (!pair || !first || !second) throw new Error('Expected the pictures of two systems in each pair');
    const isFirstLeft = ((places[index] ?? 0) + offset) % 2 === 0;
    const { photograph, painting } = pair;
    const [left, right] = isFirstLeft ? [first, second] : [second, first];
    return { pair: position + 1, photograph, painting, left, right };
  });
  return { seed, pairs: placed };
}

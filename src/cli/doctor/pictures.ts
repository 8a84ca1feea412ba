import { join } from 'node:path';
import { samplePhotographsFolder } from '../../dataset/sample-photographs.node.ts';
import type { NamedPhotograph, PairSource } from '../../evaluate/objective/evaluate-pairs.node.ts';
import type { JudgedPair } from '../../loss-network/objective/judge.ts';

/** Larger photographs are reduced to this long side, in pixels: the limits of the faults were set at about this size. */
export const examinedSide = 512;

/** A dozen that differ: wide skies and none, day and night, people, animals and buildings, hard edges and soft ones. */
const dozen = [
  'pyramids-in-the-desert',
  'hikers-on-a-dune',
  'tiger-in-the-snow',
  'windmill',
  'castle-by-a-sea-loch',
  'roman-arches',
  'city-by-the-water-at-dusk',
  'astronaut-in-a-space-suit',
  'musicians-on-a-stage',
  'lemurs-on-a-trunk',
  'tower-bridge-at-dusk',
  'dahlia',
];

/** The first so many of the doctor's own photographs. */
export function doctorPhotographs(count = dozen.length): readonly NamedPhotograph[] {
  return dozen.slice(0, count).map((name) => ({ name, path: join(samplePhotographsFolder, `${name}.jpg`) }));
}

/**
 * Paints one photograph after the other.
 * @param onPicture called after each
 */
export async function* paintInTurn(
  photographs: readonly NamedPhotograph[],
  pairOf: PairSource,
  onPicture: () => void = () => {},
): AsyncGenerator<JudgedPair> {
  for (const photograph of photographs) {
    yield await pairOf(photograph);
    onPicture();
  }
}

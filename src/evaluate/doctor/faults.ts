import type { Picture } from '../../image/picture.ts';
import { borderStep } from '../measures/border.ts';
import { dropletDensity } from '../measures/droplets.ts';
import { haloStrength } from '../measures/halo.ts';
import { latticeStrength } from '../measures/lattice.ts';
import { lostColours } from '../measures/lost-colours.ts';
import { unpaintedShare } from '../measures/unpainted.ts';

/** What a picture is examined with: the photograph it was painted from and, where it is known, the painting. */
export interface ExaminedPicture {
  readonly stylized: Picture;
  readonly photograph: Picture;
  readonly painting?: Picture | undefined;
}

/** A fault that spoils pictures: how it is measured, from which value on it is one, and what helps. */
export interface Fault {
  readonly name: string;
  /** What the number says, in words for a table. */
  readonly meaning: string;
  /** The most that the median over several photographs may be. */
  readonly limit: number;
  /** What to change in the training. */
  readonly advice: string;
  /** Less is better; undefined where the pictures do not let it be measured. */
  readonly measure: (picture: ExaminedPicture) => number | undefined;
}

/**
 * The faults that are looked for. The limits lie above all published pictures of jcjohnson's candy, mosaic and udnie on two
 * photographs; what the styles that came with impasto in November 2026 showed is told beside each.
 */
export const faults: readonly Fault[] = [
  {
    name: 'lattice',
    meaning: 'highest peak of the spectrum in flat regions, over its surroundings',
    // Medians: woodcut 211, starry-night 92; published pictures at most 15, their networks at most 54 on one photograph of ours.
    // What wave shows over the dozen, 54, is not above them: both have the grid of period 4 that two halvings leave.
    limit: 60,
    advice: 'Train with --upsampling resize and for more --steps, which smooth regular patterns',
    measure: ({ stylized, photograph }) => latticeStrength(stylized, photograph),
  },
  {
    name: 'border',
    meaning: 'step along the outer 16 pixels, less that of the inside',
    // Medians: woodcut 8, starry-night 2.5; published pictures at most 1.3, other styles at most 1.
    limit: 2,
    advice: 'Cut the frame or margin from the painting, and train for more --steps',
    measure: ({ stylized }) => borderStep(stylized),
  },
  {
    name: 'halo',
    meaning: 'overshoot beside strong edges, in levels of 255',
    // Medians: mosaic 55, woodcut 46, brush-strokes 35, composition-vii 28; published pictures at most 19.
    limit: 25,
    advice: 'Train for more --steps, with a smaller --style-weight or a larger --size',
    measure: ({ stylized, photograph }) => haloStrength(stylized, photograph),
  },
  {
    name: 'droplets',
    meaning: 'small round spots in flat regions, in a million pixels',
    // Published pictures have at most 24, and no style that came with impasto has this fault.
    limit: 60,
    advice: 'Train for more --steps with a smaller --learning-rate, or give --tv-weight more weight',
    measure: ({ stylized, photograph }) => dropletDensity(stylized, photograph),
  },
  {
    name: 'lost colours',
    meaning: "part of the painting's colours that pictures lack",
    // Published pictures at most 0.01, woodcut 0.06 and udnie 0.04.
    limit: 0.05,
    advice: 'Train for more --steps or with a larger --style-weight, so that the colours come',
    measure: ({ stylized, painting }) => painting && lostColours(stylized, painting),
  },
  {
    name: 'unpainted',
    meaning: 'texture that flat regions lack beside the others, 1 for all',
    // Medians: udnie 0.9, mosaic 0.84, stained-glass 0.8; published pictures at most 0.67, brush-strokes 0.55.
    limit: 0.75,
    advice: 'Train with more --pyramid-levels, a larger --style-weight and more --steps',
    measure: ({ stylized, photograph }) => unpaintedShare(stylized, photograph),
  },
];

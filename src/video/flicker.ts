import { CHANNELS, type Picture } from '../image/picture.ts';
import { followMotion, type Motion } from './motion.ts';

/**
 * How much a painted clip flickers between two frames: the mean absolute difference of the frame and the one before moved
 * along the motion of the photographs, over what both frames show.
 * @returns levels, 0..255; NaN if the frames have nothing in common
 */
export function flickerBetween(before: Picture, current: Picture, motion: Motion): number {
  let sum = 0;
  let weight = 0;
  followMotion(before, motion, (start, colour, agreement) => {
    for (let channel = 0; channel < CHANNELS; channel++) {
      sum += agreement * Math.abs((current.data[start + channel] ?? 0) - (colour[channel] ?? 0));
    }
    weight += CHANNELS * agreement;
  });
  return sum / weight;
}

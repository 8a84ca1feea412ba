import { CHANNELS, type Picture } from '../image/picture.ts';
import { findMotion, followMotion, type Motion } from './motion.ts';
import { type ReducedFrame, reduceFrame } from './reduced-frame.ts';

/** A photograph and what was made of it. */
interface Past {
  readonly photograph: ReducedFrame;
  readonly painted: Picture;
}

/**
 * Takes flicker out of a painted clip: each painted frame is mixed with the one before, moved along the motion of the
 * photographs. Where the photographs do not agree along it (what comes into sight, a change of scene) the new frame stays as
 * it is, so that nothing that moves leaves a ghost behind.
 */
export class TemporalSmoothing {
  private past: Past | undefined;

  /** @param strength share of the frame before, from 0 (none) to less than 1 */
  constructor(private readonly strength: number) {}

  /** Goes on after a frame: the photograph, and what this made of it. */
  restore(photograph: Picture, painted: Picture): void {
    this.past = { photograph: reduceFrame(photograph), painted };
  }

  /**
   * The next frame, smoothed.
   * @param photograph the clip's frame
   * @param painting what the network makes of it; motion is looked for meanwhile
   * @throws what `painting` does
   */
  async next(photograph: Picture, painting: Promise<Picture>): Promise<Picture> {
    if (this.strength === 0) return painting;
    const [painted, [reduced, motion]] = await Promise.all([painting, this.follow(photograph)]);
    const smoothed = this.past && motion ? mix(painted, this.past.painted, motion, this.strength) : painted;
    this.past = { photograph: reduced, painted: smoothed };
    return smoothed;
  }

  private async follow(photograph: Picture): Promise<[ReducedFrame, Motion | undefined]> {
    // The network, which works in threads of its own, is let begin first.
    await new Promise((resolve) => setTimeout(resolve, 0));
    const reduced = reduceFrame(photograph);
    return [reduced, this.past && findMotion(this.past.photograph, reduced)];
  }
}

function mix({ width, height, data }: Picture, before: Picture, motion: Motion, strength: number): Picture {
  // A clamped array rounds on assignment.
  const mixed = new Uint8ClampedArray(data.length);
  followMotion(before, motion, (start, colour, agreement) => {
    const share = strength * agreement;
    for (let channel = 0; channel < CHANNELS; channel++) {
      mixed[start + channel] = (1 - share) * (data[start + channel] ?? 0) + share * (colour[channel] ?? 0);
    }
  });
  return { width, height, data: new Uint8Array(mixed.buffer) };
}

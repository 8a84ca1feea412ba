import { CHANNELS, type Picture } from '../image/picture.ts';
import { findMotion, followMotion } from './motion.ts';
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
   * @param painted what the network made of it
   */
  next(photograph: Picture, painted: Picture): Picture {
    if (this.strength === 0) return painted;
    const reduced = reduceFrame(photograph);
    const smoothed = this.past ? this.mix(this.past, reduced, painted) : painted;
    this.past = { photograph: reduced, painted: smoothed };
    return smoothed;
  }

  private mix(past: Past, photograph: ReducedFrame, { width, height, data }: Picture): Picture {
    const mixed = new Uint8ClampedArray(data.length);
    followMotion(past.painted, findMotion(past.photograph, photograph), (start, before, agreement) => {
      const share = this.strength * agreement;
      for (let channel = 0; channel < CHANNELS; channel++) {
        mixed[start + channel] = (1 - share) * (data[start + channel] ?? 0) + share * (before[channel] ?? 0);
      }
    });
    return { width, height, data: new Uint8Array(mixed.buffer) };
  }
}

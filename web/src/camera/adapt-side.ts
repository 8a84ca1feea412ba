/** The long sides, in pixels, at which the camera's picture is painted. */
const sides = [192, 224, 256, 320, 384, 480, 640] as const;

/** Slower than this a frame is too large; faster, the next size is tried. Milliseconds. */
const slow = 130;
const fast = 55;
/** So many frames in a row must agree: the first of a size takes longer than the others. */
const votesNeeded = 3;

/** Chooses the size at which frames are painted from how long they take. */
export interface SideChooser {
  /** The long side of the next frame in pixels. */
  readonly side: number;
  /** Takes note of how long a frame took. */
  took(milliseconds: number): void;
}

export function createSideChooser(): SideChooser {
  let index = sides.indexOf(256);
  let votes = 0;
  return {
    get side() {
      return sides[index] ?? sides[0];
    },
    took: (milliseconds) => {
      const vote = milliseconds > slow ? -1 : milliseconds < fast ? 1 : 0;
      votes = vote === Math.sign(votes) ? votes + vote : vote;
      if (Math.abs(votes) < votesNeeded) return;
      index = Math.min(sides.length - 1, Math.max(0, index + vote));
      votes = 0;
    },
  };
}

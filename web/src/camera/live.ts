import { sizeWithLongSide } from '../../../src/image/picture.ts';
import { createSideChooser } from './adapt-side.ts';

/** A painted picture of the camera. */
export interface LiveFrame {
  readonly bitmap: ImageBitmap;
  readonly framesPerSecond: number;
  /** Its long side in pixels. */
  readonly side: number;
}

/** What the live picture takes and gives. */
export interface LiveOptions {
  readonly video: HTMLVideoElement;
  /** Paints a picture; it is given away. */
  readonly paint: (bitmap: ImageBitmap) => Promise<ImageBitmap>;
  readonly onFrame: (frame: LiveFrame) => void;
  readonly signal: AbortSignal;
}

/** How much the latest frame counts in the rate that is shown. */
const share = 0.2;

/**
 * Paints what the camera sees until it is stopped: always the newest picture, one at a time; those that come meanwhile are
 * dropped. The size follows the device's speed.
 * @throws what painting throws
 */
export async function runLive({ video, paint, onFrame, signal }: LiveOptions): Promise<void> {
  const chooser = createSideChooser();
  let milliseconds: number | undefined;
  while (!signal.aborted) {
    const began = performance.now();
    const { side } = chooser;
    const { width, height } = sizeWithLongSide({ width: video.videoWidth, height: video.videoHeight }, side);
    const picture = await createImageBitmap(video, {
      resizeWidth: width,
      resizeHeight: height,
      resizeQuality: 'medium',
    });
    const bitmap = await paint(picture);
    if (signal.aborted) return bitmap.close();
    const taken = performance.now() - began;
    chooser.took(taken);
    milliseconds = milliseconds === undefined ? taken : milliseconds + share * (taken - milliseconds);
    onFrame({ bitmap, side, framesPerSecond: 1000 / milliseconds });
    await nextFrame();
  }
}

/** Waits for the screen: a page that is not seen paints nothing. */
function nextFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}

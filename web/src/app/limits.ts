import { largestPiece } from '../../../src/infer/tiles/painter.ts';
import type { PictureLimits } from '../worker/protocol.ts';

/** What the browser tells of the device. */
export interface DeviceFacts {
  /** Gigabytes of memory, where the browser tells. */
  readonly deviceMemory: number | undefined;
  /** Whether it is used by touch: a phone or a tablet, whose tabs get little memory. */
  readonly isTouched: boolean;
}

/** Files beyond these sizes are not opened. */
export const largestFile = { picture: 256e6, model: 64e6 } as const;

/**
 * How large a picture may be on a device. A photograph takes about 24 bytes a pixel while it is saved: itself, two
 * paintings, their mixture, the canvas and the file.
 */
export function pixelLimits({ deviceMemory, isTouched }: DeviceFacts): PictureLimits {
  const megapixels = keptMegapixels(deviceMemory, isTouched);
  return {
    kept: megapixels * 1e6,
    decoded: megapixels * 3 * 1e6,
    // As in Node, so that the pixels are the same; a phone's tab has memory for half of that.
    piece: isTouched ? largestPiece / 2 : largestPiece,
  };
}

function keptMegapixels(memory: number | undefined, isTouched: boolean): number {
  // Canvases of more than 2²⁴ pixels are more than Safari has on older phones.
  if (memory === undefined) return isTouched ? 16.7 : 50;
  if (memory >= 8) return 64;
  return memory >= 4 ? 32 : 12.5;
}

/** The facts of this device. */
export function deviceFacts(): DeviceFacts {
  const memory = 'deviceMemory' in navigator ? navigator.deviceMemory : undefined;
  return {
    deviceMemory: typeof memory === 'number' ? memory : undefined,
    isTouched: navigator.maxTouchPoints > 0,
  };
}

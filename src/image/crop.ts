import { CHANNELS, type Picture, type PictureSize, type Region } from './picture.ts';

/** A square window of a picture, in pixels, whose columns are reversed after cutting when `mirror` is set. */
export interface CropWindow {
  readonly left: number;
  readonly top: number;
  readonly size: number;
  readonly mirror: boolean;
}

/** A square cut from a picture that was first resized: `resized` is the whole picture's new size, `window` lies in it. */
export interface Crop {
  readonly resized: PictureSize;
  readonly window: CropWindow;
}

/**
 * Cuts a square window.
 * @returns a picture of window.size × window.size
 * @throws if the window does not lie inside the picture
 */
export function cropPicture(picture: Picture, { left, top, size, mirror }: CropWindow): Picture {
  const square = cutRegion(picture, { left, top, width: size, height: size });
  return mirror ? mirrorPicture(square) : square;
}

/**
 * Cuts a region out of a picture.
 * @throws if the region does not lie inside the picture
 */
export function cutRegion(picture: Picture, { left, top, width, height }: Region): Picture {
  if (left < 0 || top < 0 || left + width > picture.width || top + height > picture.height) {
    throw new Error(
      `Expected a window inside ${picture.width}×${picture.height} pixels but received ${width}×${height} at (${left}, ${top})`,
    );
  }
  const data = new Uint8Array(CHANNELS * width * height);
  for (let row = 0; row < height; row++) {
    const start = CHANNELS * ((top + row) * picture.width + left);
    data.set(picture.data.subarray(start, start + CHANNELS * width), CHANNELS * row * width);
  }
  return { width, height, data };
}

/** The picture as seen in a mirror: left and right exchanged. */
export function mirrorPicture(picture: Picture): Picture {
  const { width, height } = picture;
  const data = new Uint8Array(picture.data.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const source = CHANNELS * (row * width + column);
      const target = CHANNELS * (row * width + width - 1 - column);
      data.set(picture.data.subarray(source, source + CHANNELS), target);
    }
  }
  return { width, height, data };
}

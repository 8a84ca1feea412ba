import { CHANNELS, type PictureSize, type Region } from './picture.ts';

/** A part of colour planes [3, H, W] of a size: [3, height, width] of the region. */
export function cutPlanes(planes: Float32Array, size: PictureSize, region: Region): Float32Array {
  const { left, top, width, height } = region;
  if (width === size.width && height === size.height) return planes;
  const cut = new Float32Array(CHANNELS * height * width);
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (let row = 0; row < height; row++) {
      const start = (channel * size.height + top + row) * size.width + left;
      cut.set(planes.subarray(start, start + width), (channel * height + row) * width);
    }
  }
  return cut;
}

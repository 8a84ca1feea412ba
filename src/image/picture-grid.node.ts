import { placeOnCanvas } from './canvas.node.ts';
import type { Picture } from './picture.ts';
import { resizePicture } from './resize.node.ts';

/** White between two pictures, in pixels. */
const gap = 8;
/** White around a picture in the corner of another, in pixels. */
const border = 3;
/** The long side of a picture in a corner, as a share of the short side of the picture that it lies on. */
const cornerShare = 0.4;

/** Pictures of one size in rows, from left to right, on white. */
export async function placeInGrid(pictures: readonly Picture[], columns: number): Promise<Picture> {
  const { width = 0, height = 0 } = pictures[0] ?? {};
  const rows = Math.ceil(pictures.length / columns);
  const placed = pictures.map((picture, index) => ({
    picture,
    left: (index % columns) * (width + gap),
    top: Math.floor(index / columns) * (height + gap),
  }));
  const size = { width: columns * (width + gap) - gap, height: rows * (height + gap) - gap };
  return placeOnCanvas(size, placed);
}

/** A picture with another one small in its lower left corner, in a white border. */
export async function placeInCorner(picture: Picture, corner: Picture): Promise<Picture> {
  const { width, height } = picture;
  const scale = (cornerShare * Math.min(width, height)) / Math.max(corner.width, corner.height);
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const small = await resizePicture(corner, { width: side(corner.width), height: side(corner.height) }, 'fill');
  const framed = await placeOnCanvas({ width: small.width + 2 * border, height: small.height + 2 * border }, [
    { picture: small, left: border, top: border },
  ]);
  return placeOnCanvas({ width, height }, [
    { picture, left: 0, top: 0 },
    { picture: framed, left: 0, top: height - framed.height },
  ]);
}

import type { RandomStream } from '../../dataset/random.ts';
import { cutRegion, mirrorPicture } from '../../image/crop.ts';
import { CHANNELS, type Picture, type PictureSize, type Region, sizeWithShortSide } from '../../image/picture.ts';

/** One way to show a painting to a base in training: few paintings become many styles. */
export interface PaintingVariant {
  /** The whole painting's size, which decides how wide its strokes are. */
  readonly resized: PictureSize;
  /** The part that is shown. */
  readonly region: Region;
  readonly mirror: boolean;
  /** How far colours are turned around the grey axis, in radians, and what their saturation is multiplied by. */
  readonly colours: { readonly turn: number; readonly saturation: number } | undefined;
}

/** Short sides in pixels: strokes as wide as the painting's own at 256 pixels, and up to 1.5 times narrower or wider. */
const shortSides = { least: 192, most: 384 };

/** A larger part has no other style, but takes longer to look at. */
const longestSide = 320;

const changedColours = 0.5;
const saturations = { least: 0.7, most: 1.4 };

/** Draws a variant of a painting. The first variant of each painting shows it as it is. */
export function drawVariant(painting: PictureSize, variant: number, random: RandomStream): PaintingVariant {
  const between = ({ least, most }: { readonly least: number; readonly most: number }) =>
    least * (most / least) ** random.uniform();
  const isOriginal = variant === 0;
  const shortSide = Math.round(between(isOriginal ? { least: 256, most: 256 } : shortSides));
  const resized = sizeWithShortSide(painting, shortSide);
  const width = Math.min(resized.width, longestSide);
  const height = Math.min(resized.height, longestSide);
  const region = {
    left: random.below(resized.width - width + 1),
    top: random.below(resized.height - height + 1),
    width,
    height,
  };
  const mirror = random.uniform() < 0.5;
  const isChanged = !isOriginal && random.uniform() < changedColours;
  const colours = { turn: 2 * Math.PI * random.uniform(), saturation: between(saturations) };
  return { resized, region, mirror: mirror && !isOriginal, colours: isChanged ? colours : undefined };
}

/**
 * The variant's picture.
 * @param painting the whole painting at the variant's size
 */
export function showVariant(painting: Picture, { region, mirror, colours }: PaintingVariant): Picture {
  const part = cutRegion(painting, region);
  const turned = mirror ? mirrorPicture(part) : part;
  return colours ? changeColours(turned, colours) : turned;
}

/** Turns colours around the grey axis (Rodrigues' formula) and scales their distance from it: brightness stays. */
function changeColours(
  picture: Picture,
  { turn, saturation }: { readonly turn: number; readonly saturation: number },
): Picture {
  const cosine = saturation * Math.cos(turn);
  const sine = (saturation * Math.sin(turn)) / Math.sqrt(3);
  const data = new Uint8ClampedArray(picture.data.length);
  for (let at = 0; at < data.length; at += CHANNELS) {
    const [red = 0, green = 0, blue = 0] = picture.data.subarray(at, at + CHANNELS);
    const grey = (red + green + blue) / CHANNELS;
    data[at] = grey + cosine * (red - grey) + sine * (blue - green);
    data[at + 1] = grey + cosine * (green - grey) + sine * (red - blue);
    data[at + 2] = grey + cosine * (blue - grey) + sine * (green - red);
  }
  return { ...picture, data: new Uint8Array(data.buffer) };
}

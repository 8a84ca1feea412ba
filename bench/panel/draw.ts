import sharp, { type OverlayOptions } from 'sharp';
import { decodePicture } from '../../src/image/decode.node.ts';
import { CHANNELS, type Picture, type PictureSize, sizeWithin } from '../../src/image/picture.ts';
import { resizePicture } from '../../src/image/resize.node.ts';

/** Longest sides, in pixels: of the two pictures, and of the painting and the photograph above them. */
const pictureSide = 720;
const sourceHeight = 220;
const gap = 24;
const labelHeight = 40;
const labelWidth = 160;

/** How much the proportions of two pictures of one photograph may differ: networks of even sizes cut some pixels off. */
const sameProportions = 0.02;

/** Files of what a pair shows. */
export interface PairFiles {
  readonly painting: string;
  readonly photograph: string;
  readonly left: string;
  readonly right: string;
}

/**
 * Draws a pair: its number, the painting and the photograph small, and below them the two pictures, L and R. Both are resized
 * to the same size, smaller than either, so that neither is sharper or smoother for that.
 * @returns the bytes of a PNG without metadata
 * @throws if the proportions of the pictures differ, or a file cannot be read
 */
export async function drawPair(pair: number, files: PairFiles): Promise<Uint8Array> {
  const [left, right] = [await decodePicture(files.left), await decodePicture(files.right)];
  const size = commonSize(left, right, files);
  const [painting, photograph] = [await atHeight(files.painting), await atHeight(files.photograph)];
  const [sourceTop, pictureTop] = [labelHeight, 2 * labelHeight + sourceHeight];
  const rightStart = 2 * gap + size.width;
  const photographStart = 2 * gap + Math.max(painting.width, labelWidth);
  const width = Math.max(rightStart + size.width, photographStart + Math.max(photograph.width, labelWidth)) + gap;
  const height = pictureTop + size.height + gap;
  const overlays = [
    label(`${pair}: painting`, gap, 0),
    label('photograph', photographStart, 0),
    overlay(painting, gap, sourceTop),
    overlay(photograph, photographStart, sourceTop),
    label('L', gap, sourceTop + sourceHeight),
    label('R', rightStart, sourceTop + sourceHeight),
    overlay(await resizePicture(left, size, 'fill'), gap, pictureTop),
    overlay(await resizePicture(right, size, 'fill'), rightStart, pictureTop),
  ];
  return sharp({ create: { width, height, channels: CHANNELS, background: 'white' } })
    .composite(overlays)
    .removeAlpha()
    .png()
    .toBuffer();
}

function commonSize(left: Picture, right: Picture, files: PairFiles): PictureSize {
  const [smaller, larger] = left.width < right.width ? [left, right] : [right, left];
  const proportions = (smaller.width * larger.height) / (smaller.height * larger.width);
  if (Math.abs(proportions - 1) > sameProportions) {
    const described = ({ width, height }: Picture) => `${width}×${height}`;
    throw new Error(
      `Expected two pictures of the same proportions but ${files.left} has ${described(left)} pixels and ${files.right} ${described(right)}`,
    );
  }
  return sizeWithin(smaller, Math.min(pictureSide, 0.9 * Math.max(smaller.width, smaller.height)));
}

async function atHeight(file: string): Promise<Picture> {
  const picture = await decodePicture(file);
  const width = Math.max(1, Math.round((picture.width * sourceHeight) / picture.height));
  return resizePicture(picture, { width, height: sourceHeight }, 'fill');
}

function overlay({ width, height, data }: Picture, left: number, top: number): OverlayOptions {
  return { input: Buffer.from(data), raw: { width, height, channels: CHANNELS }, left, top };
}

function label(text: string, left: number, top: number): OverlayOptions {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${labelWidth}" height="${labelHeight}"><text y="28" font-size="22" font-family="sans-serif">${text}</text></svg>`;
  return { input: Buffer.from(svg), left, top };
}

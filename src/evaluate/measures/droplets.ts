import { CHANNELS, type Picture } from '../../image/picture.ts';
import { cellSide, flatCells } from '../perception/flat-cells.ts';
import { boxMean, channelPlane } from './planes.ts';

/** A droplet's pixels differ from their surroundings by this much, in levels of 0..255 over the three channels. */
const leastDeviation = 90;
const surroundings = 20;

/** Channels this near to an end of the range are driven against it. */
const clippedWithin = 25;

/** A droplet's area in pixels, its longest shape, and how much of its bounding box it fills. */
const [smallest, largest] = [9, 600];
const longest = 2;
const fill = 0.5;

/**
 * Droplets: small round spots, driven to white, black or a pure colour, where the photograph is flat.
 * @returns how many there are in a million pixels
 */
export function dropletDensity(stylized: Picture, photograph: Picture): number {
  const { width, height } = stylized;
  const spots = connectedSpots(spotPixels(stylized), width);
  const columns = Math.floor(width / cellSide);
  const flat = new Set(flatCells(photograph));
  const droplets = spots.filter(({ area, left, right, top, bottom }) => {
    const [across, down] = [right - left + 1, bottom - top + 1];
    const isRound = Math.max(across, down) <= longest * Math.min(across, down) && area >= fill * across * down;
    const [column, row] = [Math.floor((left + right) / 2 / cellSide), Math.floor((top + bottom) / 2 / cellSide)];
    return area >= smallest && area <= largest && isRound && column < columns && flat.has(row * columns + column);
  });
  return (1e6 * droplets.length) / (width * height);
}

function spotPixels(picture: Picture): Uint8Array {
  const { width, height, data } = picture;
  const means = [0, 1, 2].map((channel) => boxMean(channelPlane(picture, channel), surroundings).data);
  const [red, green, blue] = means;
  return new Uint8Array(width * height).map((_, pixel) => {
    const start = CHANNELS * pixel;
    const [r, g, b] = [data[start] ?? 0, data[start + 1] ?? 0, data[start + 2] ?? 0];
    const most = Math.max(r, g, b);
    const least = Math.min(r, g, b);
    const isLight = most >= 255 - clippedWithin && (least >= 255 - clippedWithin || least <= clippedWithin);
    if (!isLight && most > clippedWithin) return 0;
    const deviation = Math.hypot(r - (red?.[pixel] ?? 0), g - (green?.[pixel] ?? 0), b - (blue?.[pixel] ?? 0));
    return deviation > leastDeviation ? 1 : 0;
  });
}

interface Spot {
  area: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Pixels that touch by a side, taken together. */
function connectedSpots(mask: Uint8Array, width: number): readonly Spot[] {
  const seen = new Uint8Array(mask.length);
  const spots: Spot[] = [];
  const visit = (pixel: number, waiting: number[]) => {
    if (mask[pixel] !== 1 || seen[pixel] === 1) return;
    seen[pixel] = 1;
    waiting.push(pixel);
  };
  for (let start = 0; start < mask.length; start++) {
    const waiting: number[] = [];
    visit(start, waiting);
    if (waiting.length === 0) continue;
    const spot: Spot = { area: 0, left: width, right: 0, top: Infinity, bottom: 0 };
    for (let pixel = waiting.pop(); pixel !== undefined; pixel = waiting.pop()) {
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      spot.area++;
      spot.left = Math.min(spot.left, x);
      spot.right = Math.max(spot.right, x);
      spot.top = Math.min(spot.top, y);
      spot.bottom = Math.max(spot.bottom, y);
      if (x > 0) visit(pixel - 1, waiting);
      if (x + 1 < width) visit(pixel + 1, waiting);
      visit(pixel - width, waiting);
      visit(pixel + width, waiting);
    }
    spots.push(spot);
  }
  return spots;
}

import { CHANNELS, type Picture } from '../../image/picture.ts';

/** Width of a histogram's bins in CIE L*a*b*, and how many there are on an axis. */
const binWidth = 10;
const bins = 24;

/** A colour is lost where the picture has less than this part of what the painting has of it. */
const leastPart = 0.1;

/** So many pixels of a picture, spread over it, tell its colours. */
const sampledPixels = 20_000;

/**
 * Which part of the painting's colours a picture lacks: of histograms in CIE L*a*b*, smoothed by a bin, the part of the
 * painting's of which the picture has less than a tenth, as far as it has less.
 * @returns 0, all colours are there, to 1
 */
export function lostColours(stylized: Picture, painting: Picture): number {
  const [ours, theirs] = [smooth(histogram(stylized)), smooth(histogram(painting))];
  return theirs.reduce((lost, part, bin) => lost + Math.max(0, part - (ours[bin] ?? 0) / leastPart), 0);
}

/** Parts of the pixels, each shared out over the eight bins around its colour. */
function histogram({ width, height, data }: Picture): Float64Array {
  const counts = new Float64Array(bins ** 3);
  const pixels = Math.min(width * height, sampledPixels);
  for (let sample = 0; sample < pixels; sample++) {
    const start = CHANNELS * Math.floor((sample * width * height) / pixels);
    const places = toLab(data[start] ?? 0, data[start + 1] ?? 0, data[start + 2] ?? 0).map(
      (value, axis) => (value + (axis === 0 ? binWidth / 2 : 110)) / binWidth,
    );
    for (let corner = 0; corner < 8; corner++) {
      let [weight, bin] = [1 / pixels, 0];
      places.forEach((place, axis) => {
        const low = Math.floor(place);
        const upper = (corner >> axis) & 1;
        weight *= upper === 1 ? place - low : 1 - (place - low);
        bin = bin * bins + Math.min(bins - 1, low + upper);
      });
      counts[bin] = (counts[bin] ?? 0) + weight;
    }
  }
  return counts;
}

function smooth(histogram: Float64Array): Float64Array {
  let values = histogram;
  for (const stride of [1, bins, bins ** 2]) {
    const from = values;
    values = from.map((value, bin) => (2 * value + (from[bin - stride] ?? 0) + (from[bin + stride] ?? 0)) / 4);
  }
  return values;
}

/** CIE L*a*b* of an sRGB colour, 0..255, for the D65 white. */
function toLab(red: number, green: number, blue: number): readonly [number, number, number] {
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const x = lightness((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = lightness(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = lightness((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function linear(level: number): number {
  const value = level / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function lightness(part: number): number {
  return part > 0.008856 ? Math.cbrt(part) : 7.787 * part + 16 / 116;
}

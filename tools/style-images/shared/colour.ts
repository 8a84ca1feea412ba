import { type Random, spread } from './random.ts';

/** A colour in sRGB, each channel 0..255 (beyond it while light is being added). */
export type Colour = readonly [red: number, green: number, blue: number];

/** A list of colours with at least one. */
export type Palette = readonly [Colour, ...(readonly Colour[])];

/** The colours of hexadecimal notations such as `#1b3a8c`. */
export function palette(first: string, ...rest: readonly string[]): Palette {
  return [colour(first), ...rest.map(colour)];
}

/**
 * The colour of a hexadecimal notation such as `#1b3a8c`.
 * @throws if the notation is another one
 */
export function colour(notation: string): Colour {
  if (!/^#[0-9a-f]{6}$/.test(notation)) throw new Error(`Expected a colour such as #1b3a8c but received ${notation}`);
  const value = Number.parseInt(notation.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** From one colour (part 0) to another (part 1). */
export function mix(from: Colour, to: Colour, part: number): Colour {
  return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part, from[2] + (to[2] - from[2]) * part];
}

/** The colour at a place (0..1) along a palette whose colours follow each other evenly. */
export function along(colours: Palette, place: number): Colour {
  const position = Math.min(Math.max(place, 0), 1) * (colours.length - 1);
  const index = Math.min(Math.floor(position), colours.length - 2);
  const from = colours[index] ?? colours[0];
  return mix(from, colours[index + 1] ?? from, position - index);
}

/** The colour in stronger (above 1) or weaker light. */
export function lit(base: Colour, light: number): Colour {
  return [base[0] * light, base[1] * light, base[2] * light];
}

/** How far colours differ from their model: parts of their light, and levels (0..255) of their hue. */
export interface Variation {
  readonly light: number;
  readonly hue: number;
}

/** A colour near another one, as no two pieces of glass or strokes of paint are alike. */
export function vary(base: Colour, variation: Variation, random: Random): Colour {
  const [red, green, blue] = lit(base, 1 + spread(random, variation.light));
  const [warm, green2] = [spread(random, variation.hue), spread(random, variation.hue)];
  return [red + warm - green2 / 2, green + green2, blue - warm - green2 / 2];
}

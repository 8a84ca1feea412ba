import { extname, relative, resolve } from 'node:path';
import { decodePicture } from '../../image/decode.node.ts';
import { findPictures } from '../../image/find.node.ts';
import { type Picture, type PictureSize, sizeWithin } from '../../image/picture.ts';
import { resizePicture } from '../../image/resize.node.ts';
import type { JudgedPair } from '../../loss-network/objective/judge.ts';

/** A photograph's file, and its path inside the folder that it was found in. */
export interface NamedPhotograph {
  readonly name: string;
  readonly path: string;
}

/** Gives the pictures to judge for a photograph; it throws if there are none. */
export type PairSource = (photograph: NamedPhotograph) => Promise<JudgedPair>;

/** All photographs of a folder and the folders in it, by name. */
export async function findPhotographs(folder: string): Promise<readonly NamedPhotograph[]> {
  const files = await findPictures(folder);
  return files.map((path) => ({ name: relative(resolve(folder), path), path }));
}

/** A style network to be judged. */
export interface JudgedModel {
  readonly stylize: (picture: Picture) => Promise<Picture>;
  /** The only size that the model takes; null if it takes any. */
  readonly fixedSize: PictureSize | null;
}

/**
 * Photographs as a model paints them. A photograph is first reduced to at most `maxSide` pixels a side, or, for a model of
 * one size, resized to cover that size and cut to it around the centre.
 */
export function pairsOfModel({ stylize, fixedSize }: JudgedModel, maxSide: number): PairSource {
  return async ({ path }) => {
    const whole = await decodePicture(path);
    const photograph = fixedSize
      ? await resizePicture(whole, fixedSize, 'cover')
      : await resizePicture(whole, sizeWithin(whole, maxSide), 'fill');
    return { photograph, stylized: await stylize(photograph) };
  };
}

/**
 * Photographs with the pictures of a folder that are stylized already: one for each photograph, of the same name but for
 * the extension, in a folder of the same name if the photograph is in one. Both are judged at the stylized picture's
 * size, reduced to at most `maxSide` pixels a side.
 * @throws if a photograph has no stylized picture or several, or shares its name with another photograph
 */
export async function pairsOfFolder(
  photographs: readonly NamedPhotograph[],
  folder: string,
  maxSide: number,
): Promise<PairSource> {
  const partners = matchNames(photographs, await findPhotographs(folder), folder);
  return async ({ name, path }) => {
    const partner = partners.get(name);
    if (partner === undefined)
      throw new Error(`Expected one of the photographs that were matched but received ${name}`);
    const stylized = await decodePicture(partner);
    const photograph = await decodePicture(path);
    requireSameProportions(stylized, photograph);
    const size = sizeWithin(stylized, maxSide);
    return {
      stylized: await resizePicture(stylized, size, 'fill'),
      photograph: await resizePicture(photograph, size, 'fill'),
    };
  };
}

/** The path of each photograph's stylized picture, by the photograph's name. */
function matchNames(
  photographs: readonly NamedPhotograph[],
  stylized: readonly NamedPhotograph[],
  folder: string,
): ReadonlyMap<string, string> {
  const byStem = groupByStem(stylized);
  const partners = new Map<string, string>();
  const missing: string[] = [];
  for (const [stem, [photograph, other]] of groupByStem(photographs)) {
    const [partner, second] = byStem.get(stem) ?? [];
    if (other) throw ambiguity('photograph', stem, photograph.name, other.name);
    if (partner && second) throw ambiguity('stylized picture', stem, partner.name, second.name);
    if (partner) partners.set(photograph.name, partner.path);
    else missing.push(photograph.name);
  }
  if (missing.length > 0) throw missingPartners(missing, photographs.length, folder);
  return partners;
}

function groupByStem(files: readonly NamedPhotograph[]): ReadonlyMap<string, [NamedPhotograph, ...NamedPhotograph[]]> {
  const groups = new Map<string, [NamedPhotograph, ...NamedPhotograph[]]>();
  for (const file of files) {
    const stem = file.name.slice(0, file.name.length - extname(file.name).length);
    const group = groups.get(stem);
    if (group) group.push(file);
    else groups.set(stem, [file]);
  }
  return groups;
}

function ambiguity(kind: string, stem: string, first: string, second: string): Error {
  return new Error(`Expected one ${kind} of the name ${stem} but found ${first} and ${second}`);
}

/** Missing pictures that are named before the rest is only counted. */
const namedMissing = 3;

function missingPartners(missing: readonly string[], total: number, folder: string): Error {
  const names = missing.slice(0, namedMissing).join(', ');
  const more = missing.length > namedMissing ? ' and others' : '';
  return new Error(
    `Expected a stylized picture of each photograph's name in ${folder} but there is none for ${names}${more} ` +
      `(${missing.length} of ${total} photographs)`,
  );
}

/** Rounding to whole pixels and cropping to a multiple of a few pixels change proportions by less. */
const largestStretch = 0.02;

/** @throws if the stylized picture is stretched */
export function requireSameProportions(stylized: PictureSize, photograph: PictureSize): void {
  const stretch = (stylized.width * photograph.height) / (stylized.height * photograph.width);
  if (Math.max(stretch, 1 / stretch) <= 1 + largestStretch) return;
  throw new Error(
    `Expected a stylized picture of the proportions of its photograph (${photograph.width}×${photograph.height} pixels) ` +
      `but it has ${stylized.width}×${stylized.height}`,
  );
}

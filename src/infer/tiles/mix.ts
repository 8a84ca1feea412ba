import type { Region } from '../../image/picture.ts';
import { planesOf, type Raster, setColours } from '../../image/raster.ts';
import { applyControls, type Controls, fullStyle } from '../controls.ts';

/** How what was painted is put over the photograph. */
export interface MixOptions {
  /** 0: the photograph, 1 (by default): the network's result, between: both mixed. */
  readonly strength?: Controls['strength'] | undefined;
  /** Keeps the photograph's colours: only the brightness is painted. */
  readonly keepColors?: Controls['keepColors'] | undefined;
  /** How much of each pixel is painted, 0..1: the values of a part, row by row. All of it by default. */
  readonly mask?: ((region: Region) => Promise<Float32Array>) | undefined;
}

/** The photograph, and the picture that is made of it. */
export interface Rasters {
  readonly source: Raster;
  readonly target: Raster;
}

/**
 * Writes a painted part into a picture, as the controls and the mask say; alpha is the photograph's.
 * @param painted [3, H, W] of the part, RGB, 0..255; it is changed
 */
export async function writePainted(
  region: Region,
  painted: Float32Array,
  { source, target }: Rasters,
  { strength = fullStyle.strength, keepColors = fullStyle.keepColors, mask }: MixOptions,
): Promise<void> {
  const samples = await source.read(region);
  if (strength !== fullStyle.strength || keepColors || mask) {
    applyControls(planesOf(samples, source), painted, { strength, keepColors }, await mask?.(region));
  }
  setColours(samples, painted, source);
  await target.write(region, samples);
}

/** Rows that are mixed at a time. */
const rowsAtOnce = 64;

/** Writes a whole painted raster into a picture, strip by strip, as the controls and the mask say. */
export async function mixRasters(painted: Raster, rasters: Rasters, options: MixOptions): Promise<void> {
  const { width, height } = painted;
  for (let top = 0; top < height; top += rowsAtOnce) {
    const strip = { left: 0, top, width, height: Math.min(rowsAtOnce, height - top) };
    await writePainted(strip, planesOf(await painted.read(strip), painted), rasters, options);
  }
}

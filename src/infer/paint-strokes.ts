import { type PictureSize, sizeWithLongSide } from '../image/picture.ts';
import type { Raster } from '../image/raster.ts';
import type { Stylizer } from './stylizer.ts';
import { mixRasters, type Rasters } from './tiles/mix.ts';
import type { PaintOptions } from './tiles/painter.ts';

/** Where rasters of other sizes are made: in memory, or in files. */
export interface RasterMaker<Kind extends Raster> {
  /** A new raster of the same size and layout. */
  emptyLike(raster: Kind): Promise<Kind>;
  /** A copy at another size, stretched if the proportions differ. */
  resized(raster: Kind, size: PictureSize): Promise<Kind>;
}

/**
 * Paints one raster into another of the same size with strokes of a chosen size: a copy is painted, and its painting is
 * brought to the photograph's size.
 * @param strokeSize the strokes have the size that they have on a picture with a long side of so many pixels
 * @throws as Stylizer.paint does
 */
export async function paintWithStrokes<Kind extends Raster>(
  stylizer: Stylizer,
  { source, target }: Rasters & { readonly source: Kind },
  strokeSize: number,
  rasters: RasterMaker<Kind>,
  { strength, keepColors, mask, ...options }: PaintOptions,
): Promise<void> {
  const scaled = await rasters.resized(source, sizeWithLongSide(source, strokeSize));
  const painted = await rasters.emptyLike(scaled);
  await stylizer.paint(scaled, painted, options);
  await mixRasters(await rasters.resized(painted, source), { source, target }, { strength, keepColors, mask });
}

import type { Picture } from '../../image/picture.ts';
import { cellSide, flatCells } from '../perception/flat-cells.ts';
import { channelPlane, localDeviation, median } from './planes.ts';

/** How far around a cell's centre its texture reaches, in pixels. */
const reach = 8;

/**
 * How little of the style's texture flat regions have: 1 less the median texture (standard deviation of the colours within
 * 8 pixels) of the photograph's flat cells over that of its other cells. Unlike the judge's `unpainted` it needs no loss
 * network.
 * @returns at most 1, for flat regions left wholly even; undefined where nothing has texture
 */
export function unpaintedShare(stylized: Picture, photograph: Picture): number | undefined {
  const { width, height } = stylized;
  const textures = [0, 1, 2].map((channel) => localDeviation(channelPlane(stylized, channel), reach).data);
  const flat = new Set(flatCells(photograph));
  const [ofFlat, ofOthers]: [number[], number[]] = [[], []];
  const columns = Math.floor(width / cellSide);
  for (let cell = 0; cell < columns * Math.floor(height / cellSide); cell++) {
    const [x, y] = [(cell % columns) * cellSide + cellSide / 2, Math.floor(cell / columns) * cellSide + cellSide / 2];
    const deviation = Math.hypot(...textures.map((texture) => texture[y * width + x] ?? 0));
    (flat.has(cell) ? ofFlat : ofOthers).push(deviation);
  }
  const texture = median(ofOthers);
  return texture > 0 ? 1 - median(ofFlat) / texture : undefined;
}

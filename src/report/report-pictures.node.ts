import { stat } from 'node:fs/promises';
import { previewPath, previewPhotographPath } from '../files/preview-files.node.ts';
import { decodeWithin, PictureError } from '../image/decode.node.ts';
import { encodeDataUrl } from '../image/encode.node.ts';
import type { PictureSize, Region } from '../image/picture.ts';
import { choosePoints } from './choose-points.ts';
import type { PreviewSeries, RunRecord } from './run-record.ts';

/** A picture small enough to stand in the page. */
export interface ReportPicture extends PictureSize {
  readonly url: string;
}

/** A preview's photograph and what became of it at some points in time; pictures that cannot be read are left out. */
export interface PreviewPictures {
  readonly name: string;
  readonly photograph: ReportPicture | null;
  readonly stylized: readonly { readonly step: number; readonly picture: ReportPicture }[];
}

export interface ReportPictures {
  readonly painting: ReportPicture | null;
  readonly previews: readonly PreviewPictures[];
  /** Previews that have no room in the page. */
  readonly omitted: number;
}

/** Points in time shown of a preview. */
const pointsShown = 8;
const previewsShown = 24;
/** Pixels of the painting's long side. */
const paintingSide = 640;
/** Pixels of a preview's long side: fewer where there are many, so that the page stays a few megabytes. */
const previewSide = { most: 512, least: 160, picturesAtMost: 24 };

/** Makes the pictures of a run's reports; each file is encoded once though report follows report. */
export class PictureEncoder {
  #encoded = new Map<string, ReportPicture | null>();

  async encode(folder: string, { configuration, previews }: RunRecord): Promise<ReportPictures> {
    const before = this.#encoded;
    const encoded = new Map<string, ReportPicture | null>();
    const encode = async (path: string, longSide: number, region?: Region) => {
      const key = JSON.stringify([
        path,
        longSide,
        region,
        await stat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => null,
        ),
      ]);
      const picture = before.get(key) ?? (await encodeReportPicture(path, longSide, region));
      encoded.set(key, picture);
      return picture;
    };
    const shown = previews.slice(0, previewsShown);
    const longSide = sideFor(shown);
    const painting = await encode(configuration.style, paintingSide, configuration.styleCrop);
    const pictures: PreviewPictures[] = [];
    for (const { name, steps } of shown) {
      const photograph = await encode(previewPhotographPath(folder, name), longSide);
      const stylized: { step: number; picture: ReportPicture }[] = [];
      for (const step of choosePoints(steps, pointsShown)) {
        const picture = await encode(previewPath(folder, name, step), longSide);
        if (picture) stylized.push({ step, picture });
      }
      pictures.push({ name, photograph, stylized });
    }
    this.#encoded = encoded;
    return { painting, previews: pictures, omitted: previews.length - shown.length };
  }
}

function sideFor(previews: readonly PreviewSeries[]): number {
  const count = previews.reduce((total, { steps }) => total + 1 + Math.min(steps.length, pointsShown), 0);
  const { most, least, picturesAtMost } = previewSide;
  return Math.round(Math.max(least, most * Math.min(1, Math.sqrt(picturesAtMost / count))));
}

/**
 * A picture file, or a region of it, as a data URL of at most so many pixels on the long side; null if the file is missing
 * or is no picture.
 */
export async function encodeReportPicture(
  path: string,
  longSide: number,
  region?: Region,
): Promise<ReportPicture | null> {
  try {
    const picture = await decodeWithin(path, { longSide, region });
    return { url: await encodeDataUrl(picture), width: picture.width, height: picture.height };
  } catch (error) {
    if (error instanceof PictureError) return null;
    throw error;
  }
}

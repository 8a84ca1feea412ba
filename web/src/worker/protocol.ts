import type { PixelLimits } from '../../../src/image/decode.browser.ts';
import type { SavedFormat } from '../../../src/image/encode.browser.ts';
import type { PictureSize, Region } from '../../../src/image/picture.ts';
import type { Controls } from '../../../src/infer/controls.ts';
import type { Runtime, WantedDevice } from '../../../src/infer/open-stylizer.browser.ts';

/** A style, and where its network is: at an address of our own host, or in a file of the user's. */
export interface StyleSource {
  readonly id: string;
  readonly name: string;
  readonly model: string | Blob;
}

/** What a model.onnx of impasto says of itself. */
export interface StyleDescription {
  readonly name: string;
  /** A photograph painted in it, a data URL of a JPEG; null if there is none. */
  readonly thumbnail: string | null;
}

/** How many pixels a picture may have. */
export interface PictureLimits extends PixelLimits {
  /** To be painted in one piece; larger ones are painted in tiles. */
  readonly piece: number;
}

/** A photograph that was opened. */
export interface OpenedPicture {
  /** The size at which it is painted and saved. */
  readonly size: PictureSize;
  /** The file's own size, if it was reduced. */
  readonly reducedFrom: PictureSize | undefined;
  /** The photograph to show. */
  readonly bitmap: ImageBitmap;
}

/** Which of the photograph's paintings. */
export interface PaintingKey {
  readonly styleId: string;
  /** The strokes have the size that they have on a picture with a long side of so many pixels. */
  readonly strokeSize: number;
}

/** What the page asks of the worker: by name, what is given and what comes back. */
export interface Calls {
  /** Decodes a picture file; it is the photograph from now on. */
  readonly open: {
    readonly request: { readonly file: Blob; readonly limits: PictureLimits };
    readonly result: OpenedPicture;
  };
  /** Makes a style of the user's ready, and tells what its file says of it; fails if it is no style network. */
  readonly prepare: {
    readonly request: { readonly style: StyleSource & { readonly model: Blob } };
    readonly result: StyleDescription | undefined;
  };
  /** Paints the photograph; comes back with the painting to show. One that was painted before is only shown. */
  readonly paint: {
    readonly request: { readonly style: StyleSource; readonly strokeSize: PaintingKey['strokeSize'] };
    readonly result: ImageBitmap;
  };
  /** A painting in the photograph's colours, to show. */
  readonly keepColors: { readonly request: { readonly key: PaintingKey }; readonly result: ImageBitmap };
  /** A painting at full size as a file. */
  readonly save: {
    readonly request: { readonly key: PaintingKey; readonly format: SavedFormat; readonly controls: Controls };
    readonly result: Blob;
  };
  /** Paints a picture of the camera. */
  readonly frame: {
    readonly request: { readonly bitmap: ImageBitmap; readonly style: StyleSource; readonly controls: Controls };
    readonly result: ImageBitmap;
  };
}

export type CallName = keyof Calls;

/** How far a painting is: after each tile what was painted, to show at its place in what is shown of the picture. */
export interface TileProgress {
  readonly done: number;
  readonly total: number;
  readonly region: Region;
  readonly bitmap: ImageBitmap;
}

/** The runtime that is used, as the page shows it. */
export type RuntimeState = Omit<Runtime, 'createSession'>;

type Request<Name extends CallName> = {
  readonly kind: 'call';
  readonly id: number;
  readonly name: Name;
  readonly request: Calls[Name]['request'];
};

/** From the page to the worker. */
export type ToWorker =
  | { readonly kind: 'start'; readonly device: WantedDevice }
  | { [Name in CallName]: Request<Name> }[CallName]
  | { readonly kind: 'cancel'; readonly id: number };

/** From the worker to the page. */
export type FromWorker =
  | { readonly kind: 'runtime'; readonly runtime: RuntimeState }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: TileProgress }
  | { readonly kind: 'result'; readonly id: number; readonly result: Calls[CallName]['result'] }
  /** `broken`: the worker's memory cannot be trusted any more; it must be replaced. */
  | { readonly kind: 'failed'; readonly id: number; readonly message: string; readonly broken: boolean };

/** The long side, in pixels, of what is shown at most. */
export const shownSide = 2560;

/** The size of what is shown to that of the picture. */
export function shownScale({ width, height }: PictureSize): number {
  return Math.min(1, shownSide / Math.max(width, height));
}

import type { Region } from '../../../src/image/picture.ts';
import type { WantedDevice } from '../../../src/infer/open-stylizer.browser.ts';
import type { RuntimeState } from '../worker/protocol.ts';

/** What the user can turn. */
export interface TrainingSettings {
  readonly steps: number;
  /** Photographs a step. */
  readonly batch: number;
  /** Side of the photographs' crops in pixels, a multiple of 4. */
  readonly size: number;
  /** The length in pixels of the painting's short side when its strokes are looked at. */
  readonly styleSize: number;
}

/** A painting to learn from, and how. */
export interface TrainingOrder {
  /** The style's name. */
  readonly name: string;
  readonly painting: Blob;
  /** The file's name. */
  readonly fileName: string;
  /** The part of the painting that is learnt, in its pixels; undefined for all of it. */
  readonly styleCrop: Region | undefined;
  /** The painting may have so many pixels. */
  readonly pixelLimit: number;
  readonly settings: TrainingSettings;
}

/** From the page to the worker that trains; the first message says what, the next one only stops. */
export type ToTrainer =
  | { readonly kind: 'begin'; readonly device: WantedDevice; readonly order: TrainingOrder }
  /** Goes on with the training that is stored. */
  | { readonly kind: 'continue'; readonly device: WantedDevice }
  /** After the step under way all is saved. */
  | { readonly kind: 'pause' };

/** From the worker that trains to the page. */
export type FromTrainer =
  /** What is done before the first step. */
  | { readonly kind: 'phase'; readonly text: string }
  | { readonly kind: 'runtime'; readonly runtime: RuntimeState }
  | { readonly kind: 'step'; readonly step: number; readonly loss: number; readonly secondsPerStep: number | undefined }
  /** The state of the storage is that after this step. */
  | { readonly kind: 'saved'; readonly step: number }
  | { readonly kind: 'warning'; readonly text: string }
  /** All that was asked for is done, or it was stopped: all is saved, and the worker has nothing more to do. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly message: string };

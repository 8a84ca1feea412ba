import type { PictureSize } from '../../../src/image/picture.ts';
import { type Controls, fullStyle } from '../../../src/infer/controls.ts';
import type { PaintingKey, RuntimeState } from '../worker/protocol.ts';
import type { Strokes } from './strokes.ts';

/** A style that can be chosen. */
export interface Style {
  readonly id: string;
  readonly name: string;
  /** Author and licence, or where it is from. */
  readonly credit: string;
  readonly thumbnail: string | null;
  readonly model: string | Blob;
}

/** A style of the user's own: its network is in a file, not at an address of the page's host. */
export interface OwnStyle extends Style {
  readonly model: Blob;
}

export function isOwn(style: Style): style is OwnStyle {
  return style.model instanceof Blob;
}

/** A style's name with whose it is, or where it is from. */
export function nameWithCredit({ name, credit }: Pick<Style, 'name' | 'credit'>): string {
  return credit ? `${name}: ${credit}` : name;
}

/** The photograph that is open. */
export interface Photograph extends PictureSize {
  /** The file's name without its ending. */
  readonly name: string;
  readonly bitmap: ImageBitmap;
}

/** What is shown of the painting. */
export interface PaintingState {
  readonly style: Style;
  readonly strokes: Strokes;
  readonly key: PaintingKey;
  readonly bitmap: ImageBitmap;
  /** The painting in the photograph's colours, from the first time that it is wanted. */
  readonly inColors: ImageBitmap | undefined;
}

/** What the page is busy with. */
export interface Work {
  readonly label: string;
  /** How much of it is done, 0..1; undefined if that is not known. */
  readonly share: number | undefined;
}

/** What the page has to say; an error stays until the next one or until it is closed. */
export interface Message {
  readonly kind: 'error' | 'note';
  readonly text: string;
}

/** The camera: off, being asked for, or live with what it gives. */
export type CameraState =
  | { readonly kind: 'off' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'live'; readonly isMirrored: boolean; readonly framesPerSecond: number; readonly side: number };

/** Everything that the page shows. */
export interface State {
  readonly styles: readonly Style[];
  readonly chosen: Style | undefined;
  readonly photograph: Photograph | undefined;
  readonly painting: PaintingState | undefined;
  readonly work: Work | undefined;
  readonly controls: Controls;
  readonly strokes: Strokes;
  readonly camera: CameraState;
  readonly runtime: RuntimeState | undefined;
  readonly message: Message | undefined;
}

/** The style that the page opens with, where it has it. */
const openingStyle = 'starry-night';

export function initialState(styles: readonly Style[]): State {
  return {
    styles,
    chosen: styles.find(({ id }) => id === openingStyle) ?? styles[0],
    photograph: undefined,
    painting: undefined,
    work: undefined,
    controls: fullStyle,
    strokes: 'medium',
    camera: { kind: 'off' },
    runtime: undefined,
    message: undefined,
  };
}

/** What holds the state, and tells when it changes. */
export interface Store {
  readonly state: State;
  /** Replaces parts of the state. */
  update(part: Partial<State>): void;
  /** Calls a view now and whenever one of the parts that it shows has changed. */
  show<Key extends keyof State>(parts: readonly Key[], view: (state: Pick<State, Key>) => void): void;
}

export function createStore(state: State): Store {
  let current = state;
  const views: ((changed: ReadonlySet<string>) => void)[] = [];
  return {
    get state() {
      return current;
    },
    update: (part) => {
      const before = current;
      current = { ...current, ...part };
      const changed = new Set(Object.keys(part).filter((key) => differs(before, current, key)));
      for (const view of views) view(changed);
    },
    show: (parts, view) => {
      views.push((changed) => {
        if (parts.some((part) => changed.has(part))) view(current);
      });
      view(current);
    },
  };
}

function differs(before: State, after: State, key: string): boolean {
  const entries = (state: State) => new Map<string, unknown>(Object.entries(state));
  return entries(before).get(key) !== entries(after).get(key);
}

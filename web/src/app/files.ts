import type { SavedFormat } from '../../../src/image/encode.browser.ts';
import { largestFile } from './limits.ts';

/** A file of the user's, by what it seems to be. What it is its content tells: it is checked when it is opened. */
export type DroppedFile =
  | { readonly kind: 'picture'; readonly file: File }
  | { readonly kind: 'model'; readonly file: File }
  | { readonly kind: 'refused'; readonly reason: string };

/** Sorts a file by its name; it is refused if it is empty or larger than any of its kind. */
export function sortFile(file: File): DroppedFile {
  const kind = /\.onnx$/i.test(file.name) ? 'model' : 'picture';
  if (file.size === 0) return { kind: 'refused', reason: `${shortName(file.name)} is empty.` };
  if (file.size > largestFile[kind]) {
    const what = kind === 'model' ? 'a style' : 'a picture';
    const reason = `Expected ${what} of at most ${largestFile[kind] / 1e6} MB but ${shortName(file.name)} has ${Math.round(file.size / 1e6)} MB.`;
    return { kind: 'refused', reason };
  }
  return { kind, file };
}

const longestName = 40;

/** A file's name as it is shown: not longer than a line. */
export function shortName(name: string): string {
  return name.length <= longestName ? name : `${name.slice(0, longestName - 1)}…`;
}

/** A file's name without its ending. */
export function nameOf(file: File): string {
  return shortName(file.name.replace(/\.[^.]*$/, '')) || 'picture';
}

/** A name in characters that any system takes for a file's; empty if none are left. */
export function plainName(name: string): string {
  return name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '');
}

export type { SavedFormat };

/** The name under which a painting is saved: of the photograph and the style. */
export function savedName(photograph: string, style: string, format: SavedFormat): string {
  return `${plainName(`${photograph}-${style}`) || 'painting'}.${format === 'jpeg' ? 'jpg' : 'png'}`;
}

export function isSavedFormat(value: string): value is SavedFormat {
  return value === 'png' || value === 'jpeg';
}

import { join } from 'node:path';

/** Where a run folder keeps a preview stylized after so many steps: previews/NAME-step-000100.png. */
export function previewPath(folder: string, name: string, step: number): string {
  return join(folder, 'previews', `${name}-step-${String(step).padStart(6, '0')}.png`);
}

/** Where a run folder keeps the photograph that a preview is made from. */
export function previewPhotographPath(folder: string, name: string): string {
  return join(folder, 'previews', `${name}-photograph.png`);
}

/** The preview and the step that a file of the folder previews/ shows; null for any other file. */
export function parsePreviewName(file: string): { readonly name: string; readonly step: number } | null {
  const [, name, step] = /^(.+)-step-(\d+)\.png$/.exec(file) ?? [];
  return name === undefined ? null : { name, step: Number(step) };
}

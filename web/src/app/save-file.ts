import { plainName } from './files.ts';

/** How long a file is kept for the browser to take it. */
const patience = 60_000;

/** Hands a file to the user, as a download. */
export function saveFile(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), patience);
}

/** Hands a style to the user, under its name. */
export function saveStyle({ name, model }: { readonly name: string; readonly model: BlobPart }): void {
  saveFile(new Blob([model], { type: 'application/octet-stream' }), `${plainName(name) || 'style'}.onnx`);
}

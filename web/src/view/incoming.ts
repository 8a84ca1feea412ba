import { element } from './element.ts';

/** Files that come to the page: chosen, dropped or pasted. */
export function connectIncoming(onFiles: (files: readonly File[]) => void): {
  readonly choosePicture: () => void;
  readonly chooseModel: () => void;
} {
  const picture = element('picture-file', HTMLInputElement);
  const model = element('model-file', HTMLInputElement);
  for (const input of [picture, model]) {
    input.addEventListener('change', () => {
      onFiles([...(input.files ?? [])]);
      // So that the same file can be chosen again.
      input.value = '';
    });
  }
  document.addEventListener('paste', ({ clipboardData }) => {
    if (clipboardData?.files.length) onFiles([...clipboardData.files]);
  });
  connectDrops(onFiles);
  return { choosePicture: () => picture.click(), chooseModel: () => model.click() };
}

function connectDrops(onFiles: (files: readonly File[]) => void): void {
  const target = element('drop-target', HTMLElement);
  const carriesFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') ?? false;
  document.addEventListener('dragover', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    target.hidden = false;
  });
  document.addEventListener('dragleave', ({ relatedTarget }) => {
    if (relatedTarget === null) target.hidden = true;
  });
  document.addEventListener('drop', (event) => {
    target.hidden = true;
    if (!carriesFiles(event)) return;
    event.preventDefault();
    onFiles([...(event.dataTransfer?.files ?? [])]);
  });
}

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { previewPath, previewPhotographPath } from '../../src/files/preview-files.node.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import { smoothPicture } from './pictures.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What a made-up run folder holds. */
export interface MadeRun {
  readonly steps?: number;
  readonly stepsDone?: number;
  readonly styleName?: string;
  readonly author?: string;
  readonly previews?: readonly { readonly name: string; readonly steps: readonly number[] }[];
}

/** A line of metrics.jsonl with plausible figures. */
export function stepLine(step: number): string {
  const style = 2 / Math.sqrt(step);
  const figures = { loss: 1 + 20 * style, content: 1, style, tv: 0.01 };
  return `${JSON.stringify({ step, ...figures, secondsPerStep: 2, imagesPerSecond: 2, learningRate: 0.001 })}\n`;
}

/** The lines of metrics.jsonl of all steps up to one. */
export function stepLines(count: number): string {
  return Array.from({ length: count }, (_, index) => stepLine(index + 1)).join('');
}

/** Writes a run folder as training would leave it, without model and checkpoint; returns its path. */
export async function makeRunFolder(run: MadeRun = {}): Promise<string> {
  const { steps = 400, stepsDone = 200, styleName = 'wave', author = 'Hokusai', previews = [] } = run;
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'previews'));
  const style = join(folder, 'painting.png');
  await encodePicture(smoothPicture(), style);
  const configuration = {
    style,
    styleSize: 384,
    styleName,
    author,
    licence: '',
    weights: { content: 1, style: 20, tv: 1 },
    steps,
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(configuration));
  await writeFile(join(folder, 'metrics.jsonl'), stepLines(stepsDone));
  for (const preview of previews) {
    await encodePicture(smoothPicture(), previewPhotographPath(folder, preview.name));
    for (const step of preview.steps) await encodePicture(smoothPicture(), previewPath(folder, preview.name, step));
  }
  return folder;
}

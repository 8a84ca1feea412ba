import { join } from 'node:path';
import { report } from '../../src/cli/shared/options.ts';
import { requireBytes } from '../../src/cli/stylize/file-budget.ts';
import { samplePhotograph } from '../../src/dataset/sample-photographs.node.ts';
import { makeFolder } from '../../src/files/make-folder.node.ts';
import { writeWholeFile } from '../../src/files/write-file.node.ts';
import { decodeWithin } from '../../src/image/decode.node.ts';
import { readModel } from '../../src/infer/open-stylizer.node.ts';
import { createWritingSession } from '../../src/infer/session.node.ts';
import { runFigures } from './run-figures.node.ts';

/** The flags of `impasto figures`. */
export interface FiguresArguments {
  readonly run: string;
  readonly photograph: string | undefined;
  readonly out: string;
  readonly threads: number | undefined;
}

/** What all figures may take together: they lie in a repository. */
const mostBytes = 1.5e6;
/** Larger photographs are reduced to this long side. */
const photographSide = 640;

/**
 * Draws the figures of docs/how-it-works.md from a run. Nothing is written before all are drawn. On the CPU, so that the
 * same run gives the same bytes.
 * @throws if the run lacks something that a figure shows, or the figures take more than 1.5 MB
 */
export async function runFiguresCommand(flags: FiguresArguments, json: boolean): Promise<void> {
  const { run, out, threads } = flags;
  const file = flags.photograph ?? samplePhotograph('roman-arches');
  const figures = await runFigures({
    run,
    readModel: () => readModel(join(run, 'model.onnx')),
    photograph: await decodeWithin(file, { longSide: photographSide }),
    createSession: (model) => createWritingSession(model, { device: 'cpu', threads }),
  });
  const bytes = requireBytes(figures, mostBytes, 'take another photograph, or a run with smaller previews');
  await makeFolder(out);
  for (const [name, content] of figures) await writeWholeFile(join(out, name), content);
  const result = { out, figures: [...figures.keys()], bytes };
  report(result, `${out} has ${figures.size} figures (${(bytes / 1e6).toFixed(1)} MB)`, json);
}

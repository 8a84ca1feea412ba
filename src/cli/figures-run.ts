import { join } from 'node:path';
import { decodeWithin } from '../image/decode.node.ts';
import { makeFolder } from '../image/make-folder.node.ts';
import { writeWholeFile } from '../image/write-file.node.ts';
import { readModel } from '../infer/index.node.ts';
import { createWritingSession } from '../infer/session.node.ts';
import { runFigures } from '../train/figures/run-figures.node.ts';
import { requireBytes } from './file-budget.ts';
import { report } from './options.ts';
import { samplePhotograph } from './sample-photographs.ts';

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

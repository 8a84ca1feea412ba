import { join, relative } from 'node:path';
import { cutRegion } from '../../image/crop.ts';
import { decodePicture } from '../../image/decode.node.ts';
import { encodePicture } from '../../image/encode.node.ts';
import { placeSideBySide } from '../../image/side-by-side.node.ts';
import { loadStylizer } from '../../infer/open-stylizer.node.ts';
import type { SessionOptions } from '../../infer/session.node.ts';
import type { TrainingConfiguration } from '../../style-file/training-configuration.ts';
import { styleRun } from '../../train/checkpoint.ts';
import type { RestoredCheckpoint } from '../../train/run/checkpoint-files.node.ts';
import { RunFolder } from '../../train/run/run-folder.node.ts';
import { commandLine, shellWord } from '../shared/command-line.ts';
import { InterruptedError, UsageError } from '../shared/exit.ts';
import { stopOnInterrupt } from '../shared/interrupt.ts';
import { report } from '../shared/options.ts';
import { withPaintedRegion } from '../shared/painting.ts';
import { newConfiguration, requireSameOptions } from '../train/configuration.ts';
import { stopNotice, trainWithProgress } from '../train/with-progress.ts';
import type { DemoPlan } from './plan.ts';

/** The flags of `impasto demo`. */
export interface DemoArguments extends SessionOptions {
  readonly out: string;
}

/** Height of the pictures on the contact sheet, in pixels. */
const sheetHeight = 400;

/**
 * Trains as the plan says, paints the plan's photograph with what was learnt, and puts photograph, painting and result
 * beside each other. A demonstration that was stopped goes on; one that is done only paints again.
 * @throws UsageError if the folder holds a run of another plan
 */
export async function runDemo(plan: DemoPlan, flags: DemoArguments, json: boolean): Promise<void> {
  const { out } = flags;
  const configuration = await withPaintedRegion(
    await newConfiguration({ ...plan.training, device: flags.device }),
    plan.training,
  );
  const earlier = await earlierRun(out, configuration);
  const isDone = earlier !== undefined && earlier.state.step >= configuration.steps;
  if (isDone) process.stderr.write(`${out} holds the style, trained before; remove it to begin anew\n`);
  else await train(configuration, earlier, flags);
  const pictures = await paint(plan, configuration, flags);
  const { model, stylized, contactSheet } = pictures;
  const lines = [
    `The photograph is painted: ${stylized}`,
    `Photograph, painting and result beside each other: ${contactSheet}`,
    `Paint your own: ${commandLine('stylize')} PHOTOGRAPH --model ${shellWord(model)} --output painted.jpg`,
  ];
  report({ ...pictures, steps: configuration.steps }, lines.join('\n'), json);
}

async function earlierRun(out: string, configuration: TrainingConfiguration): Promise<RestoredCheckpoint | undefined> {
  const earlier = await RunFolder.findCheckpoint(styleRun, out);
  if (earlier === undefined) return undefined;
  try {
    requireSameOptions(out, earlier.configuration, configuration, [['steps', (run) => run.steps]]);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${out} holds another run: remove it, or choose another --out (${reason})`, { cause });
  }
  return earlier;
}

async function train(
  configuration: TrainingConfiguration,
  resumeFrom: RestoredCheckpoint | undefined,
  { out, device, threads }: DemoArguments,
): Promise<void> {
  const { style, content, steps } = configuration;
  process.stderr.write(
    `Learning the style of ${relative('', style)} from the photographs in ${relative('', content)}.\n` +
      'Ctrl-C stops; started again, the demo goes on where it was.\n',
  );
  const stop = stopOnInterrupt(stopNotice);
  const { step } = await trainWithProgress(
    { configuration, out, resumeFrom, signal: stop.signal },
    { stepsPerRun: undefined, device, threads, watch: undefined, watchPort: undefined, tensorboard: false },
  ).finally(stop.dispose);
  if (step < steps) {
    throw new InterruptedError(`stopped after step ${step} of ${steps}, all saved; start the demo again to go on`);
  }
}

async function paint(
  { photograph }: DemoPlan,
  { style, styleCrop }: TrainingConfiguration,
  { out, device, threads }: DemoArguments,
) {
  const model = join(out, 'model.onnx');
  const [stylized, contactSheet] = [join(out, 'stylized.jpg'), join(out, 'contact-sheet.jpg')];
  const content = await decodePicture(photograph);
  const { stylizer } = await loadStylizer(model, { device, threads });
  const result = await stylizer.stylize(content).finally(() => stylizer.release());
  await encodePicture(result, stylized);
  const painting = await decodePicture(style);
  const pictures = [content, styleCrop ? cutRegion(painting, styleCrop) : painting, result];
  await encodePicture(await placeSideBySide(pictures, sheetHeight), contactSheet);
  return { model, stylized, contactSheet };
}

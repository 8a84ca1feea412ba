import type { Argv, CommandModule } from 'yargs';
import { styleWeightOption } from '../shared/objective-options.ts';
import { type GlobalArguments, numberOption, type OptionsOf } from '../shared/options.ts';
import { channelsOption, stepsOption, trainingOptions } from '../train/training-options.ts';

const { content, batch, size, from, seed, validation, preview, device, threads } = trainingOptions;

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .option('paintings', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe:
        'Folders of paintings, and single ones: each folder is shown as often as every other, and as all single ones',
    })
    .option('leave-out', {
      type: 'string',
      requiresArg: true,
      describe: 'A text file with the names of paintings that are not learnt, one a line',
    })
    .option('variants', {
      requiresArg: true,
      describe: 'How many variants of each painting are shown, with other strokes, parts and colours (default: 6)',
      coerce: numberOption('variants', { minimum: 1, whole: true }),
    })
    .option('content', content)
    .option('out', { type: 'string', requiresArg: true, describe: 'Folder to write (default: runs/base)' })
    .option('steps', { ...stepsOption, describe: 'Optimiser steps (default: 20000)' })
    .option('batch', { ...batch, describe: 'Photographs a step, each after a painting of its own (default: 4)' })
    .option('size', size)
    .option('channels', { ...channelsOption, describe: 'Width of the network (default: 16)' })
    .option('style-weight', styleWeightOption)
    .option('loss-network', trainingOptions['loss-network'])
    .option('learning-rate', {
      ...trainingOptions['learning-rate'],
      describe: "Adam's learning rate (default: 0.0015)",
    })
    .option('clip-gradients', trainingOptions['clip-gradients'])
    .option('from', {
      ...from,
      describe:
        'Start from another base, or from the network of a trained style, a name or a model.onnx (default: none)',
    })
    .option('seed', seed)
    .option('validation', validation)
    .option('checkpoint-every', {
      ...trainingOptions['checkpoint-every'],
      describe: 'Steps between checkpoints and previews (default: 500)',
    })
    .option('preview', preview)
    .option('max-minutes', {
      requiresArg: true,
      describe: 'Stop after so many minutes, all saved; --resume goes on',
      coerce: numberOption('max-minutes', { minimum: 0, maximum: 35_000, exclusive: true }),
    })
    .option('resume', { type: 'string', requiresArg: true, describe: 'Folder of an earlier run to go on with' })
    .option('device', device)
    .option('threads', threads);

/** `impasto train-base`: learns one network for many paintings. */
export const trainBaseCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'train-base',
  describe: 'Learn one network for many paintings, which predicts the style of others',
  builder: options,
  handler: async (argv) => {
    const { runTrainBase } = await import('./run.ts');
    await runTrainBase(argv, argv.json);
  },
};

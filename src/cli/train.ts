import type { Argv, CommandModule } from 'yargs';
import { recipeNames } from '../graph-builder/objective/recipes.ts';
import { mostValidationPhotographs } from '../train/data/validation-split.ts';
import { scheduleNames } from '../train/schedule.ts';
import {
  cropSizeOption,
  deviceOption,
  type GlobalArguments,
  numberOption,
  type OptionsOf,
  threadsOption,
} from './options.ts';
import { trainingReportOptions } from './report-options.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .option('style', { type: 'string', requiresArg: true, describe: 'The painting' })
    .option('content', {
      type: 'string',
      requiresArg: true,
      describe: 'Folder of photographs, nested folders included',
    })
    .option('out', { type: 'string', requiresArg: true, describe: 'Folder to write (default: runs/NAME-OF-STYLE)' })
    .option('steps', {
      type: 'number',
      requiresArg: true,
      conflicts: 'epochs',
      describe: 'Optimiser steps (default: 2000)',
      coerce: numberOption('steps', { minimum: 1, whole: true }),
    })
    .option('epochs', {
      type: 'number',
      requiresArg: true,
      describe: 'Passes over the photographs, in place of --steps',
      coerce: numberOption('epochs', { minimum: 1, whole: true }),
    })
    .option('max-minutes', {
      type: 'number',
      requiresArg: true,
      describe: 'Stop after so many minutes, all saved; --resume goes on',
      coerce: numberOption('max-minutes', { minimum: 0, maximum: 35_000, exclusive: true }),
    })
    .option('batch', {
      type: 'number',
      requiresArg: true,
      describe: 'Photographs a step (default: 4)',
      coerce: numberOption('batch', { minimum: 1, whole: true }),
    })
    .option('micro-batch', {
      type: 'number',
      requiresArg: true,
      describe:
        'Photographs worked through at a time, a divisor of --batch: memory for speed (default: 1, all on a GPU)',
      coerce: numberOption('micro-batch', { minimum: 1, whole: true }),
    })
    .option('size', {
      type: 'number',
      requiresArg: true,
      describe: 'Height and width of the crops, a multiple of 4 (default: 256)',
      coerce: cropSizeOption,
    })
    .option('style-size', {
      type: 'number',
      requiresArg: true,
      describe: 'Short side that the painting is resized to: smaller gives finer strokes (default: 384)',
      coerce: numberOption('style-size', { minimum: 64, maximum: 4096, whole: true }),
    })
    .option('channels', {
      type: 'number',
      requiresArg: true,
      describe: 'Width of the network: 32 as in the paper, 16 for a quarter of the work (default: 32)',
      coerce: numberOption('channels', { minimum: 1, maximum: 256, whole: true }),
    })
    .option('upsampling', { choices: ['resize', 'deconv'] as const, describe: 'How pictures grow (default: resize)' })
    .option('loss-network', {
      type: 'string',
      requiresArg: true,
      describe: 'vgg19, vgg16, or a file of their weights',
    })
    .option('recipe', { choices: recipeNames, describe: 'How the loss is computed (default: balanced)' })
    .option('content-weight', {
      type: 'number',
      requiresArg: true,
      describe: "Weight of the content term (default: the recipe's)",
      coerce: numberOption('content-weight', { minimum: 0 }),
    })
    .option('style-weight', {
      type: 'number',
      requiresArg: true,
      describe: "Weight of the style term (default: the recipe's)",
      coerce: numberOption('style-weight', { minimum: 0 }),
    })
    .option('tv-weight', {
      type: 'number',
      requiresArg: true,
      describe: "Weight of total variation (default: the recipe's)",
      coerce: numberOption('tv-weight', { minimum: 0 }),
    })
    .option('layer-weights', {
      type: 'string',
      requiresArg: true,
      describe: 'Weights of style layers, such as relu1_1=0.5,relu4_1=0.1',
    })
    .option('stability-weight', {
      type: 'number',
      requiresArg: true,
      describe: 'Weight of steadiness under slight noise, for less flicker in video (default: 0, try 0.1)',
      coerce: numberOption('stability-weight', { minimum: 0 }),
    })
    .option('learning-rate', {
      type: 'number',
      requiresArg: true,
      describe: "Adam's learning rate (default: 0.003)",
      coerce: numberOption('learning-rate', { minimum: 0, exclusive: true }),
    })
    .option('schedule', {
      choices: scheduleNames,
      describe: 'How the learning rate changes: cosine falls to a fiftieth, step halves it (default: cosine)',
    })
    .option('schedule-every', {
      type: 'number',
      requiresArg: true,
      describe: 'Steps between the halvings of --schedule step (default: a quarter of all)',
      coerce: numberOption('schedule-every', { minimum: 1, whole: true }),
    })
    .option('warm-up', {
      type: 'number',
      requiresArg: true,
      describe: 'Steps over which the learning rate first rises from 0 (default: 20, or a tenth of fewer)',
      coerce: numberOption('warm-up', { minimum: 0, whole: true }),
    })
    .option('clip-gradients', {
      type: 'number',
      requiresArg: true,
      describe: "Scale a step's gradients down to this global norm where they are above it (default: never)",
      coerce: numberOption('clip-gradients', { minimum: 0, exclusive: true }),
    })
    .option('seed', {
      type: 'number',
      requiresArg: true,
      describe: 'Decides every random draw (default: 1)',
      coerce: numberOption('seed', { minimum: 0, whole: true }),
    })
    .option('validation', {
      type: 'number',
      requiresArg: true,
      describe:
        'Photographs kept out of the training and judged at each checkpoint (default: 8 of at least 100, else 0)',
      coerce: numberOption('validation', { minimum: 0, maximum: mostValidationPhotographs, whole: true }),
    })
    .option('checkpoint-every', {
      type: 'number',
      requiresArg: true,
      describe: 'Steps between checkpoints and previews (default: 100)',
      coerce: numberOption('checkpoint-every', { minimum: 1, whole: true }),
    })
    .option('preview', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'Photographs to stylize at each checkpoint (default: two of the folder)',
    })
    .option('resume', { type: 'string', requiresArg: true, describe: 'Folder of an earlier run to go on with' })
    .option('name', { type: 'string', requiresArg: true, describe: "The style's name in model.onnx" })
    .option('author', { type: 'string', requiresArg: true, describe: "The painting's author, in model.onnx" })
    .option('licence', { type: 'string', requiresArg: true, describe: "The painting's licence, in model.onnx" })
    .option('steps-per-run', {
      type: 'number',
      requiresArg: true,
      describe: 'Optimiser steps in one run of the graph, for GPUs (default: 20 with --device cuda, otherwise 1)',
      coerce: numberOption('steps-per-run', { minimum: 1, maximum: 1000, whole: true }),
    })
    .option('device', deviceOption)
    .option('threads', threadsOption)
    .options(trainingReportOptions);

/** `impasto train`: learns the style of a painting. */
export const trainCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'train',
  describe: 'Learn the style of a painting from a folder of photographs',
  builder: options,
  handler: async (argv) => {
    const { runTrain } = await import('./train-run.ts');
    await runTrain(argv, argv.json);
  },
};

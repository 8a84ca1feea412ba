import type { Argv, CommandModule } from 'yargs';
import { recipeNames } from '../graph-builder/objective/recipes.ts';
import {
  cropSizeOption,
  deviceOption,
  type GlobalArguments,
  numberOption,
  type OptionsOf,
  threadsOption,
} from './options.ts';

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
    .option('batch', {
      type: 'number',
      requiresArg: true,
      describe: 'Photographs a step (default: 4)',
      coerce: numberOption('batch', { minimum: 1, whole: true }),
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
    .option('learning-rate', {
      type: 'number',
      requiresArg: true,
      describe: "Adam's learning rate (default: 0.001)",
      coerce: numberOption('learning-rate', { minimum: 0, exclusive: true }),
    })
    .option('seed', {
      type: 'number',
      requiresArg: true,
      describe: 'Decides every random draw (default: 1)',
      coerce: numberOption('seed', { minimum: 0, whole: true }),
    })
    .option('checkpoint-every', {
      type: 'number',
      requiresArg: true,
      default: 100,
      describe: 'Steps between checkpoints and previews',
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
    .option('threads', threadsOption);

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

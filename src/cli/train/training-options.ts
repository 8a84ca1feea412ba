import { scheduleNames } from '../../style-file/learning-rate-schedule.ts';
import { mostValidationPhotographs } from '../../style-file/training-configuration.ts';
import { defaultsFromBase, defaultsFromStyle } from '../../train/default-configuration.ts';
import { objectiveOptions } from '../shared/objective-options.ts';
import { cropSizeOption, deviceOption, numberOption, threadsOption } from '../shared/options.ts';
import { paintingOptions } from '../shared/painting.ts';

/** Optimiser steps; each command has its own default. */
export const stepsOption = {
  requiresArg: true,
  coerce: numberOption('steps', { minimum: 1, whole: true }),
} as const;

/** Width of the network; each command has its own default. */
export const channelsOption = {
  requiresArg: true,
  coerce: numberOption('channels', { minimum: 1, maximum: 256, whole: true }),
} as const;

/** Flags of every command that trains, with the same default in each. */
export const trainingOptions = {
  style: { type: 'string', requiresArg: true, describe: 'The painting' },
  ...paintingOptions,
  content: {
    type: 'string',
    requiresArg: true,
    describe: 'Folder of photographs, nested folders included (default: those that come with impasto)',
  },
  batch: {
    requiresArg: true,
    describe: 'Photographs a step (default: 4)',
    coerce: numberOption('batch', { minimum: 1, whole: true }),
  },
  'micro-batch': {
    requiresArg: true,
    describe:
      'Photographs at a time, a divisor of --batch: higher is faster and takes more memory (default: 1, all on a GPU)',
    coerce: numberOption('micro-batch', { minimum: 1, whole: true }),
  },
  size: {
    requiresArg: true,
    describe: 'Height and width of the crops, a multiple of 4 (default: 256)',
    coerce: cropSizeOption,
  },
  upsampling: {
    choices: ['resize', 'deconv'] as const,
    requiresArg: true,
    describe: 'Upscaling inside the network; leave it as it is (default: resize)',
  },
  from: {
    type: 'string',
    requiresArg: true,
    describe:
      'Start from the network of a trained style, a name or a model.onnx, or from what a base predicts for the painting, ' +
      '"base" (the one that comes with impasto) or a file, in place of a new network (default: none). The defaults are then ' +
      `those of a short training. Of a style: ${shortTraining(defaultsFromStyle)}. Of a base: ${shortTraining(defaultsFromBase)}`,
  },
  tune: {
    choices: ['all', 'style'] as const,
    requiresArg: true,
    describe: "With --from a base: train all weights, or the style's numbers alone, which is quicker (default: all)",
  },
  ...objectiveOptions,
  'stability-weight': {
    requiresArg: true,
    describe: 'Weight of steadiness under slight noise, for less flicker in video (default: 0, try 0.1)',
    coerce: numberOption('stability-weight', { minimum: 0 }),
  },
  'learning-rate': {
    requiresArg: true,
    describe: "Adam's learning rate (default: 0.003)",
    coerce: numberOption('learning-rate', { minimum: 0, exclusive: true }),
  },
  schedule: {
    choices: scheduleNames,
    requiresArg: true,
    describe: 'How the learning rate changes: cosine falls to a fiftieth, step halves it (default: cosine)',
  },
  'schedule-every': {
    requiresArg: true,
    describe: 'Steps between the halvings of --schedule step (default: a quarter of all)',
    coerce: numberOption('schedule-every', { minimum: 1, whole: true }),
  },
  'warm-up': {
    requiresArg: true,
    describe: 'Steps over which the learning rate first rises from 0 (default: 20, or a tenth of fewer)',
    coerce: numberOption('warm-up', { minimum: 0, whole: true }),
  },
  'clip-gradients': {
    requiresArg: true,
    describe: "Scale a step's gradients down to this global norm where they are above it (default: never)",
    coerce: numberOption('clip-gradients', { minimum: 0, exclusive: true }),
  },
  seed: {
    requiresArg: true,
    describe: 'Decides every random draw (default: 1)',
    coerce: numberOption('seed', { minimum: 0, whole: true }),
  },
  validation: {
    requiresArg: true,
    describe: 'Photographs kept out of the training and judged at each checkpoint (default: 8 of at least 100, else 0)',
    coerce: numberOption('validation', { minimum: 0, maximum: mostValidationPhotographs, whole: true }),
  },
  'checkpoint-every': {
    requiresArg: true,
    describe: 'Steps between checkpoints and previews (default: 100)',
    coerce: numberOption('checkpoint-every', { minimum: 1, whole: true }),
  },
  preview: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'Photographs to stylize at each checkpoint (default: two of the folder)',
  },
  name: { type: 'string', requiresArg: true, describe: "The style's name in model.onnx" },
  author: { type: 'string', requiresArg: true, describe: "The painting's author, in model.onnx" },
  licence: { type: 'string', requiresArg: true, describe: "The painting's licence, in model.onnx" },
  'steps-per-run': {
    requiresArg: true,
    describe: 'Optimiser steps in one run of the graph, for GPUs (default: 20 on CUDA, otherwise 1)',
    coerce: numberOption('steps-per-run', { minimum: 1, maximum: 1000, whole: true }),
  },
  device: deviceOption,
  threads: threadsOption,
} as const;

function shortTraining(defaults: typeof defaultsFromBase | typeof defaultsFromStyle): string {
  const { recipe, steps, batch, size, styleSize, learningRate } = defaults;
  return `--recipe ${recipe} --steps ${steps} --batch ${batch} --size ${size} --style-size ${styleSize} --learning-rate ${learningRate}`;
}

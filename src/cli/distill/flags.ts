import type { Argv, CommandModule } from 'yargs';
import {
  cropSizeOption,
  deviceOption,
  type GlobalArguments,
  numberOption,
  type OptionsOf,
  threadsOption,
} from '../shared/options.ts';
import { stepsOption } from '../train/training-options.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .option('teacher', {
      type: 'string',
      requiresArg: true,
      default: 'vgg19',
      describe: 'The loss network to distil: vgg19, vgg16, or a file of their weights',
    })
    .option('pictures', {
      type: 'string',
      array: true,
      requiresArg: true,
      demandOption: 'Expected folders of pictures: --pictures DIR…',
      describe: 'Folders of pictures, as many from each: photographs, paintings, what networks paint',
    })
    .option('out', {
      type: 'string',
      requiresArg: true,
      demandOption: 'Expected a file to write: --out FILE.safetensors',
      describe: 'The student: a safetensors file, which --loss-network takes',
    })
    .option('start', {
      type: 'string',
      requiresArg: true,
      describe: 'An earlier student to go on from (default: the principal components of the teacher)',
    })
    .option('cost', {
      requiresArg: true,
      describe: "The student's share of the teacher's multiplications (default: 0.2)",
      coerce: numberOption('cost', { minimum: 0, maximum: 1, exclusive: true }),
    })
    .option('layer', {
      type: 'string',
      requiresArg: true,
      default: 'relu4_1',
      describe: 'The deepest layer of the student',
    })
    .option('steps', { ...stepsOption, default: 1000, describe: 'Optimiser steps' })
    .option('batch', {
      requiresArg: true,
      default: 6,
      describe: 'Pictures a step',
      coerce: numberOption('batch', { minimum: 1, whole: true }),
    })
    .option('size', {
      requiresArg: true,
      default: 192,
      describe: 'Height and width of the crops',
      coerce: cropSizeOption,
    })
    .option('learning-rate', {
      requiresArg: true,
      default: 0.0005,
      describe: "Adam's learning rate, which falls along a cosine",
      coerce: numberOption('learning-rate', { minimum: 0, exclusive: true }),
    })
    .option('seed', {
      requiresArg: true,
      default: 1,
      describe: 'Decides every random draw',
      coerce: numberOption('seed', { minimum: 0, whole: true }),
    })
    .option('save-every', {
      requiresArg: true,
      default: 100,
      describe: 'Steps between writings of the file',
      coerce: numberOption('save-every', { minimum: 1, whole: true }),
    })
    .option('device', deviceOption)
    .option('threads', threadsOption);

/** `impasto distill`: makes a small loss network that stands in for a VGG network. */
export const distillCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'distill',
  describe: 'Make a small loss network that stands in for a VGG network',
  builder: options,
  handler: async (argv) => {
    const { runDistill } = await import('./run.ts');
    await runDistill(argv, argv.json);
  },
};

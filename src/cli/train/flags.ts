import type { Argv, CommandModule } from 'yargs';
import { defaultSteps } from '../../train/default-configuration.ts';
import { styleSizeOption, styleWeightOption } from '../shared/objective-options.ts';
import { type GlobalArguments, numberOption, type OptionsOf } from '../shared/options.ts';
import { trainingReportOptions } from '../shared/report-options.ts';
import { channelsOption, stepsOption, trainingOptions } from './training-options.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .options(trainingOptions)
    .option('out', { type: 'string', requiresArg: true, describe: 'Folder to write (default: runs/NAME-OF-STYLE)' })
    .option('steps', {
      ...stepsOption,
      conflicts: 'epochs',
      describe: `Optimiser steps (default: ${defaultSteps})`,
    })
    .option('epochs', {
      requiresArg: true,
      describe: 'Passes over the photographs, in place of --steps',
      coerce: numberOption('epochs', { minimum: 1, whole: true }),
    })
    .option('max-minutes', {
      requiresArg: true,
      describe: 'Stop after so many minutes, all saved; --resume goes on',
      coerce: numberOption('max-minutes', { minimum: 0, maximum: 35_000, exclusive: true }),
    })
    .option('style-size', styleSizeOption)
    .option('channels', {
      ...channelsOption,
      describe: 'Width of the network: 32 as in the paper, 16 for a quarter of the work (default: 32)',
    })
    .option('style-weight', styleWeightOption)
    .option('resume', { type: 'string', requiresArg: true, describe: 'Folder of an earlier run to go on with' })
    .options(trainingReportOptions);

/** `impasto train`: learns the style of a painting. */
export const trainCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'train',
  describe: 'Learn the style of a painting from a folder of photographs',
  builder: options,
  handler: async (argv) => {
    const { runTrain } = await import('./run.ts');
    await runTrain(argv, argv.json);
  },
};

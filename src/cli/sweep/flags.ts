import type { Argv, CommandModule } from 'yargs';
import type { GlobalArguments, OptionsOf } from '../shared/options.ts';
import { channelsOption, stepsOption, trainingOptions } from '../train/training-options.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .options(trainingOptions)
    .option('style-weights', {
      type: 'string',
      requiresArg: true,
      describe: "Weights of the style term, separated by commas (default: the recipe's and a third and three times it)",
    })
    .option('style-sizes', {
      type: 'string',
      requiresArg: true,
      default: '256,384,512',
      describe: 'Short sides that the painting is resized to: smaller gives finer strokes',
    })
    .option('steps', { ...stepsOption, default: 150, describe: 'Optimiser steps of each run' })
    .option('channels', { ...channelsOption, default: 16, describe: 'Width of the networks' })
    .option('out', {
      type: 'string',
      requiresArg: true,
      describe: 'Folder to write (default: runs/NAME-OF-STYLE-sweep)',
    });

/** `impasto sweep`: trains a style with several weights and stroke sizes, to choose from. */
export const sweepCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'sweep',
  describe: 'Train short runs over style weight and stroke size and put their pictures in one contact sheet',
  builder: options,
  handler: async (argv) => {
    const { runSweepCommand } = await import('./run.ts');
    await runSweepCommand(argv, argv.json);
  },
};

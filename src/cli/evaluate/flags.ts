import type { Argv, CommandModule } from 'yargs';
import { defaultRecipe, recipeNames } from '../../graph-builder/objective/recipes.ts';
import { defaultStyleSize } from '../../train/default-configuration.ts';
import {
  deviceOption,
  type GlobalArguments,
  lossNetworkOption,
  numberOption,
  type OptionsOf,
  pyramidLevelsOption,
  styleSizeRange,
  threadsOption,
} from '../shared/options.ts';
import { paintingOptions } from '../shared/painting.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .option('style', { type: 'string', requiresArg: true, demandOption: true, describe: 'The painting' })
    .options(paintingOptions)
    .option('content', {
      type: 'string',
      requiresArg: true,
      demandOption: true,
      describe: 'Folder of photographs, nested folders included',
    })
    .option('model', {
      type: 'string',
      array: true,
      // One value each time: the words after it are none of its own.
      nargs: 1,
      conflicts: 'stylized',
      describe: 'Judge this style network, of impasto (by its name or its file) or another; several are compared',
    })
    .option('stylized', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: "Judge this folder's pictures, named like the photographs; several are compared",
    })
    .option('loss-network', lossNetworkOption)
    .option('recipe', {
      choices: recipeNames,
      requiresArg: true,
      default: defaultRecipe,
      describe: 'How the loss is computed',
    })
    .option('pyramid-levels', pyramidLevelsOption)
    .option('style-size', {
      requiresArg: true,
      default: defaultStyleSize,
      describe: 'Short side that the painting is resized to',
      coerce: numberOption('style-size', styleSizeRange),
    })
    .option('max-side', {
      requiresArg: true,
      default: 512,
      describe: 'Larger pictures are reduced to this long side, since the memory needed grows with their pixels',
      coerce: numberOption('max-side', { minimum: 16, whole: true }),
    })
    .option('limit', {
      requiresArg: true,
      describe: 'Judge only so many photographs, the first in the order of their names',
      coerce: numberOption('limit', { minimum: 1, whole: true }),
    })
    .option('device', deviceOption)
    .option('threads', threadsOption);

/** `impasto evaluate`: judges stylized pictures by the loss that networks are trained with and by what eyes see. */
export const evaluateCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'evaluate',
  describe:
    'Measure the pictures of a style network, or finished ones, in JSON; of several, say which are better at what',
  builder: options,
  handler: async (argv) => {
    const { runEvaluate } = await import('./run.ts');
    await runEvaluate(argv, argv.json);
  },
};

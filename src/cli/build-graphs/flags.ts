import type { Argv, CommandModule } from 'yargs';
import { defaultRecipe, recipeNames } from '../../graph-builder/objective/recipes.ts';
import { defaultStyleSize } from '../../train/default-configuration.ts';
import {
  cropSizeOption,
  type GlobalArguments,
  lossNetworkOption,
  numberOption,
  type OptionsOf,
  pyramidLevelsOption,
} from '../shared/options.ts';
import { paintingOptions } from '../shared/painting.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .option('out', { type: 'string', default: 'artifacts/graphs', requiresArg: true, describe: 'Folder to write' })
    .option('layout', {
      choices: ['impasto', 'ort-training'] as const,
      requiresArg: true,
      default: 'impasto' as const,
      describe: "impasto's own graphs, or the files of ONNX Runtime's training packages (docs/ort-training.md)",
    })
    .option('style', {
      type: 'string',
      requiresArg: true,
      describe: 'With --layout ort-training: the painting that the checkpoint holds (default: it is fed at every step)',
    })
    .option('style-size', {
      requiresArg: true,
      implies: 'style',
      describe: `Short side that the painting is reduced to (default: ${defaultStyleSize})`,
      coerce: numberOption('style-size', { minimum: 64, maximum: 4096, whole: true }),
    })
    .option('no-crop', { ...paintingOptions['no-crop'], implies: 'style' })
    .option('channels', {
      requiresArg: true,
      default: 32,
      describe: 'Width of the transform network',
      coerce: numberOption('channels', { minimum: 1, maximum: 256, whole: true }),
    })
    .option('upsampling', {
      choices: ['resize', 'deconv'] as const,
      requiresArg: true,
      default: 'resize' as const,
      describe: 'Nearest resize then convolution, or transposed convolution',
    })
    .option('padding', {
      choices: ['reflect', 'zero'] as const,
      requiresArg: true,
      default: 'reflect' as const,
      describe: 'Border of the convolutions',
    })
    .option('output', {
      choices: ['tanh', 'linear'] as const,
      requiresArg: true,
      default: 'tanh' as const,
      describe: 'tanh × 150 + 127.5, or as the last convolution gives it',
    })
    .option('size', {
      requiresArg: true,
      default: 256,
      describe: 'Height and width of the training crops, a multiple of 4',
      coerce: cropSizeOption,
    })
    .option('batch', {
      requiresArg: true,
      default: 1,
      describe: 'Photographs in one run of the training graph; a larger batch is several runs',
      coerce: numberOption('batch', { minimum: 1, whole: true }),
    })
    .option('recipe', {
      choices: recipeNames,
      requiresArg: true,
      default: defaultRecipe,
      describe: 'How the loss is computed',
    })
    .option('pyramid-levels', pyramidLevelsOption)
    .option('loss-network', lossNetworkOption)
    .option('seed', {
      requiresArg: true,
      default: 1,
      describe: 'Decides the untrained parameters in model.onnx or checkpoint',
      coerce: numberOption('seed', { minimum: 0, whole: true }),
    });

/** `impasto build-graphs`: writes the ONNX files that training consists of. */
export const buildGraphsCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'build-graphs',
  describe: 'Write the training, evaluation, optimiser, inference and loss-network graphs as ONNX files',
  builder: options,
  handler: async (argv) => {
    const { runBuildGraphs } = await import('./run.ts');
    await runBuildGraphs(argv, argv.json);
  },
};

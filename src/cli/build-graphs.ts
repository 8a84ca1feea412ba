import type { Argv, CommandModule } from 'yargs';
import { recipeNames } from '../graph-builder/objective/recipes.ts';
import { cropSizeOption, type GlobalArguments, numberOption, type OptionsOf, report } from './options.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .option('out', { type: 'string', default: 'artifacts/graphs', requiresArg: true, describe: 'Folder to write' })
    .option('channels', {
      type: 'number',
      requiresArg: true,
      default: 32,
      describe: 'Width of the transform network',
      coerce: numberOption('channels', { minimum: 1, maximum: 256, whole: true }),
    })
    .option('upsampling', {
      choices: ['resize', 'deconv'] as const,
      default: 'resize' as const,
      describe: 'Nearest resize then convolution, or transposed convolution',
    })
    .option('padding', {
      choices: ['reflect', 'zero'] as const,
      default: 'reflect' as const,
      describe: 'Border of the convolutions',
    })
    .option('output', {
      choices: ['tanh', 'linear'] as const,
      default: 'tanh' as const,
      describe: 'tanh × 150 + 127.5, or as the last convolution gives it',
    })
    .option('size', {
      type: 'number',
      requiresArg: true,
      default: 256,
      describe: 'Height and width of the training crops, a multiple of 4',
      coerce: cropSizeOption,
    })
    .option('batch', {
      type: 'number',
      requiresArg: true,
      default: 1,
      describe: 'Photographs in one run of the training graph; a larger batch is several runs',
      coerce: numberOption('batch', { minimum: 1, whole: true }),
    })
    .option('recipe', { choices: recipeNames, default: 'balanced' as const, describe: 'How the loss is computed' })
    .option('loss-network', {
      type: 'string',
      default: 'vgg19',
      requiresArg: true,
      describe: 'vgg19, vgg16, or a file of their weights',
    })
    .option('seed', {
      type: 'number',
      requiresArg: true,
      default: 1,
      describe: 'Decides the untrained parameters in model.onnx',
      coerce: numberOption('seed', { minimum: 0, whole: true }),
    });

/** `impasto build-graphs`: writes the ONNX files that training consists of. */
export const buildGraphsCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'build-graphs',
  describe: 'Write the training, evaluation, optimiser, inference and loss-network graphs as ONNX files',
  builder: options,
  handler: async ({ out, channels, upsampling, padding, output, size, batch, recipe, lossNetwork, seed, json }) => {
    const { buildGraphs } = await import('../train/build-graphs.node.ts');
    const network = { channels, upsampling, padding, output };
    const manifest = await buildGraphs({ out, network, size, batch, recipe, lossNetwork, seed });
    report(manifest, `${manifest.files.map(({ file }) => file).join(', ')} and manifest.json are in ${out}`, json);
  },
};

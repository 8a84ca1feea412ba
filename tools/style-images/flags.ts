import type { Argv, CommandModule } from 'yargs';
import type { GlobalArguments, OptionsOf } from '../../src/cli/shared/options.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs.option('out', {
    type: 'string',
    requiresArg: true,
    default: 'artifacts/style-images',
    describe: 'Folder to write',
  });

/** `npm run style-images`: draws the style images that come with impasto. */
export const styleImagesCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'style-images',
  describe: 'Draw the style images that come with impasto again: a mosaic, a woodcut, brush strokes, stained glass',
  builder: options,
  handler: async ({ out, json }) => {
    const { runStyleImages } = await import('./run.ts');
    await runStyleImages(out, json);
  },
};

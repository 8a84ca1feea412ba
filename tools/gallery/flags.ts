import type { Argv, CommandModule } from 'yargs';
import {
  type GlobalArguments,
  numberOption,
  type OptionsOf,
  photographsOption,
  threadsOption,
} from '../../src/cli/shared/options.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .option('out', {
      type: 'string',
      requiresArg: true,
      default: 'docs',
      describe: 'Folder to write gallery.md into; its pictures go to gallery/, in place of the .jpg files there',
    })
    .option('from', {
      type: 'string',
      requiresArg: true,
      describe: 'Folder of the models (default: the styles that come with impasto)',
    })
    .option('photographs', {
      ...photographsOption,
      describe: 'Pictures, or folders of them, to paint (default: four that come with impasto)',
    })
    .option('max-side', {
      type: 'number',
      requiresArg: true,
      default: 576,
      describe: 'Larger photographs are reduced to this long side',
      coerce: numberOption('max-side', { minimum: 16, whole: true }),
    })
    .option('threads', threadsOption);

/** `npm run gallery`: a page of photographs in several styles. */
export const galleryCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'gallery',
  describe: 'Paint photographs in all styles that come with impasto and write a page of them',
  builder: options,
  handler: async (argv) => {
    const { runGallery } = await import('./run.ts');
    await runGallery(argv, argv.json);
  },
};

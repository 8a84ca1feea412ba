import type { Argv, CommandModule } from 'yargs';
import type { GlobalArguments, OptionsOf } from '../shared/options.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .positional('style', {
      type: 'string',
      describe: 'A style by its name, or any model.onnx that impasto trained: tells how to train it again',
    })
    .option('from', {
      type: 'string',
      requiresArg: true,
      describe: 'Folder of the models (default: the styles that come with impasto)',
    })
    .option('sheet', {
      type: 'string',
      requiresArg: true,
      conflicts: 'style',
      describe: 'Write a page (.html) that shows a photograph in each style',
    });

/** `impasto styles`: lists the styles that come with impasto. */
export const stylesCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'styles [style]',
  describe: 'List the styles that come with impasto, or tell how one of them was trained',
  builder: options,
  handler: async ({ style, from, sheet, json }) => {
    const { runStyles } = await import('./run.ts');
    await runStyles({ style, from, sheet }, json);
  },
};

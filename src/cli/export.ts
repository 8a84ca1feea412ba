import type { Argv, CommandModule } from 'yargs';
import { deviceOption, type GlobalArguments, type OptionsOf, threadsOption } from './options.ts';
import { photographsOption } from './sample-photographs.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .positional('model', {
      type: 'string',
      demandOption: true,
      describe: 'A model.onnx of impasto train, or a style by its name',
    })
    .option('output', { type: 'string', requiresArg: true, demandOption: true, describe: 'The .onnx file to write' })
    .option('precision', {
      choices: ['half'] as const,
      requiresArg: true,
      describe: 'half: weights of 16 bits, half the file; the arithmetic stays in 32 bits',
    })
    .option('photographs', {
      ...photographsOption,
      describe:
        'Pictures, or folders of them, on which both models are compared (default: four that come with impasto)',
    })
    .option('device', deviceOption)
    .option('threads', threadsOption);

/** `impasto export`: a smaller or faster file of a trained style. */
export const exportCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'export <model>',
  describe: 'Make a smaller file of a trained style, and compare what both paint',
  builder: options,
  handler: async (argv) => {
    const { runExport } = await import('./export-run.ts');
    await runExport(argv, argv.json);
  },
};

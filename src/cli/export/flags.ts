import type { Argv, CommandModule } from 'yargs';
import {
  deviceOption,
  type GlobalArguments,
  type OptionsOf,
  photographsOption,
  threadsOption,
} from '../shared/options.ts';
import { sizeOption } from '../shared/size-option.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .positional('model', {
      type: 'string',
      demandOption: true,
      describe: 'A model.onnx of impasto train, or a style by its name',
    })
    .option('output', { type: 'string', requiresArg: true, demandOption: true, describe: 'The file to write' })
    .option('precision', {
      choices: ['half', 'int8'] as const,
      requiresArg: true,
      describe: 'half: half the file, same speed. int8: int8 arithmetic where quality allows, for CPUs',
    })
    .option('size', {
      requiresArg: true,
      describe: 'WIDTHxHEIGHT: take pictures of this size only (default: any size)',
      coerce: sizeOption,
    })
    .option('io', {
      choices: ['rgba8'] as const,
      requiresArg: true,
      describe: 'rgba8: take and give pictures as bytes [1, H, W, 4] RGBA in place of float32 [N, 3, H, W]',
    })
    .option('format', {
      choices: ['onnx', 'ort'] as const,
      requiresArg: true,
      default: 'onnx' as const,
      describe: "ort: ONNX Runtime's own format, for its reduced builds on mobile devices",
    })
    .option('photographs', {
      ...photographsOption,
      describe:
        'Pictures, or folders of them, on which int8 is calibrated and both models are compared (default: four that come with impasto)',
    })
    .option('device', deviceOption)
    .option('threads', threadsOption);

/** `impasto export`: a smaller or faster file of a trained style. */
export const exportCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'export <model>',
  describe: 'Make a smaller or faster file of a trained style, and compare what both paint',
  builder: options,
  handler: async (argv) => {
    const { runExport } = await import('./run.ts');
    await runExport(argv, argv.json);
  },
};

import type { Argv, CommandModule } from 'yargs';
import { objectiveOptions, styleSizeOption, styleWeightOption } from '../shared/objective-options.ts';
import { deviceOption, type GlobalArguments, numberOption, type OptionsOf, threadsOption } from '../shared/options.ts';
import { paintingOptions } from '../shared/painting.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .positional('photograph', { type: 'string', demandOption: true, describe: 'The photograph to paint' })
    .option('style', { type: 'string', requiresArg: true, demandOption: true, describe: 'The painting' })
    .options(paintingOptions)
    .option('output', {
      type: 'string',
      requiresArg: true,
      demandOption: true,
      describe: 'Picture to write; the extension decides the format',
    })
    .option('iterations', {
      requiresArg: true,
      default: 300,
      describe: 'Changes of the pixels in all, shared out over a few sizes from small to large',
      coerce: numberOption('iterations', { minimum: 1, whole: true }),
    })
    .option('max-size', {
      requiresArg: true,
      default: 512,
      describe: 'Reduce larger photographs to this long side first, since time and memory grow with their pixels',
      coerce: numberOption('max-size', { minimum: 1, whole: true }),
    })
    .option('style-size', {
      ...styleSizeOption,
      describe:
        "Short side that the painting is resized to: smaller gives finer strokes (default: three quarters of the picture's long side)",
    })
    .options(objectiveOptions)
    .option('style-weight', styleWeightOption)
    .option('preview-file', {
      type: 'string',
      requiresArg: true,
      describe: 'Picture that shows how far the work is, written anew now and then; small at first',
    })
    .option('preview-every', {
      requiresArg: true,
      implies: 'preview-file',
      describe: 'Iterations between writings of --preview-file (default: 10)',
      coerce: numberOption('preview-every', { minimum: 1, whole: true }),
    })
    .option('quality', {
      requiresArg: true,
      describe: 'Quality of JPEG, WebP and AVIF, 1 to 100 (default: no visible loss)',
      coerce: numberOption('quality', { minimum: 1, maximum: 100, whole: true }),
    })
    .option('device', deviceOption)
    .option('threads', threadsOption);

/** `impasto optimize`: paints one photograph by changing its pixels, without training a network. */
export const optimizeCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'optimize <photograph>',
  describe:
    'Paint one photograph in the style of a painting by changing its pixels, without training: minutes a picture',
  builder: options,
  handler: async (argv) => {
    const { runOptimize } = await import('./run.ts');
    await runOptimize(argv, argv.json);
  },
};

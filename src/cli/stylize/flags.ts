import type { Argv, CommandModule } from 'yargs';
import { defaultPixelLimit } from '../../image/picture.ts';
import { isVideoPath } from '../../video/containers.ts';
import { deviceOption, type GlobalArguments, numberOption, type OptionsOf, threadsOption } from '../shared/options.ts';
import { paintingOptions } from '../shared/painting.ts';
import { parseShard } from './shard.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .positional('input', {
      type: 'string',
      array: true,
      demandOption: true,
      describe:
        "Pictures, folders of pictures (nested folders included), patterns such as 'photos/**/*.jpg'; or a video, which needs ffmpeg",
    })
    .option('model', {
      alias: 'm',
      type: 'string',
      requiresArg: true,
      describe: 'The style: its name (impasto styles lists them), a model.onnx, or another style network [N, 3, H, W]',
    })
    .option('style', {
      type: 'string',
      requiresArg: true,
      describe: 'Any painting: its style is predicted without training; or a trained style, as with --model',
    })
    .options(paintingOptions)
    .option('output', {
      alias: 'o',
      type: 'string',
      requiresArg: true,
      describe:
        'Picture or video to write, or the folder for it; the extension decides the format (default: beside the picture, PHOTO-STYLE.jpg)',
    })
    .option('quality', {
      requiresArg: true,
      describe: 'Quality of JPEG, WebP, AVIF and videos, 1 to 100 (default: no visible loss)',
      coerce: numberOption('quality', { minimum: 1, maximum: 100, whole: true }),
    })
    .option('strength', {
      requiresArg: true,
      describe: 'How much of the style: 0 leaves the photograph, 1 paints all (default: 1)',
      coerce: numberOption('strength', { minimum: 0, maximum: 1 }),
    })
    .option('keep-colors', {
      type: 'boolean',
      default: false,
      describe: "Keep the photograph's colours: paint only its brightness",
    })
    .option('mask', {
      type: 'string',
      requiresArg: true,
      describe:
        'A picture of the same proportions: paint where it is white, not where it is black, partly where it is grey',
    })
    .option('max-size', {
      requiresArg: true,
      describe: 'Reduce larger photographs to this long side first',
      coerce: numberOption('max-size', { minimum: 1, whole: true }),
    })
    .option('stroke-size', {
      requiresArg: true,
      describe: 'A smaller number gives broader strokes: those of a picture with this long side (default: its own)',
      coerce: numberOption('stroke-size', { minimum: 1, whole: true }),
    })
    .option('tile', {
      requiresArg: true,
      describe:
        'Side of the tiles that a picture is painted in: smaller takes less memory (default: auto, tiles for large pictures only)',
      coerce: tileOption,
    })
    .option('keep-metadata', {
      type: 'boolean',
      default: false,
      describe: 'Keep EXIF and the colour profile of the photograph',
    })
    .option('max-megapixels', {
      requiresArg: true,
      default: defaultPixelLimit / 1e6,
      describe: 'Refuse pictures above this many megapixels',
      coerce: numberOption('max-megapixels', { minimum: 0, exclusive: true }),
    })
    .option('shard', {
      type: 'string',
      requiresArg: true,
      describe:
        'Paint one of several parts: 3/10 is the third of ten, auto that of this Slurm array task, auto/10 also that of this pod of a Kubernetes indexed job',
      coerce: (text: string) => parseShard(text, process.env),
    })
    .option('smoothing', {
      requiresArg: true,
      default: 0.6,
      describe: 'Videos: how much of the previous frame to blend in, against flicker; 0 for none, 0.8 at most',
      coerce: numberOption('smoothing', { minimum: 0, maximum: 0.8 }),
    })
    .option('device', deviceOption)
    .option('threads', threadsOption);

const checkTile = numberOption('tile', { minimum: 64, multipleOf: 4 }, 'auto');

function tileOption(value: unknown): 'auto' | number {
  return value === 'auto' ? value : checkTile(value);
}

/** `impasto stylize`: paints pictures in a style. */
export const stylizeCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'stylize <input..>',
  describe: 'Paint a picture, several, a folder or a video in a style',
  builder: options,
  handler: async (argv) => {
    const { outputOf } = await import('./output.ts');
    const flags = { ...argv, output: await outputOf(argv) };
    if (argv.input.some(isVideoPath)) {
      const { runStylizeVideo } = await import('./video.ts');
      return runStylizeVideo(flags, argv.json);
    }
    const { runStylize } = await import('./run.ts');
    await runStylize(flags, argv.json);
  },
};

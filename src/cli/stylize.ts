import type { Argv, CommandModule } from 'yargs';
import { isVideoPath } from '../video/containers.ts';
import { deviceOption, type GlobalArguments, numberOption, type OptionsOf, threadsOption } from './options.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .positional('input', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Pictures, or folders of pictures (nested folders included), or a video, which needs ffmpeg',
    })
    .option('model', {
      type: 'string',
      requiresArg: true,
      demandOption: true,
      describe: 'The style: its name (impasto styles lists them), a model.onnx, or another style network [N, 3, H, W]',
    })
    .option('output', {
      type: 'string',
      requiresArg: true,
      demandOption: true,
      describe: 'Picture or video to write, or the folder for it; the extension decides the format',
    })
    .option('quality', {
      requiresArg: true,
      describe: 'Quality of JPEG, WebP, AVIF and videos, 1 to 100 (default: no visible loss)',
      coerce: numberOption('quality', { minimum: 1, maximum: 100, whole: true }),
    })
    .option('smoothing', {
      requiresArg: true,
      default: 0.6,
      describe:
        'Videos: the share of the frame before in each, moved along with the picture, against flicker; 0 for none',
      coerce: numberOption('smoothing', { minimum: 0, maximum: 0.95 }),
    })
    .option('device', deviceOption)
    .option('threads', threadsOption);

/** `impasto stylize`: paints pictures in a style. */
export const stylizeCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'stylize <input..>',
  describe: 'Paint a picture, several, a folder or a video in a style',
  builder: options,
  handler: async (argv) => {
    if (argv.input.some(isVideoPath)) {
      const { runStylizeVideo } = await import('./stylize-video.ts');
      return runStylizeVideo(argv, argv.json);
    }
    const { runStylize } = await import('./stylize-run.ts');
    await runStylize(argv, argv.json);
  },
};

import type { Argv, CommandModule } from 'yargs';
import { deviceOption, type GlobalArguments, type OptionsOf, threadsOption } from '../shared/options.ts';
import { paintingOptions } from '../shared/painting.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .positional('model', {
      type: 'string',
      demandOption: true,
      describe: 'The style network: the name of a style that comes with impasto, or an .onnx file',
    })
    .option('content', {
      type: 'string',
      requiresArg: true,
      describe: "Folder of photographs to paint (default: a dozen of impasto's own)",
    })
    .option('style', {
      type: 'string',
      requiresArg: true,
      describe: 'The painting that the style was learnt from; with it, lost colours are looked for too',
    })
    .options(paintingOptions)
    .option('device', deviceOption)
    .option('threads', threadsOption)
    .epilogue(
      'Exit code: 0 if no fault was found, 1 if one was or the work failed, 2 for a wrong command line or a model that is no style network',
    );

/** `impasto doctor`: looks for what spoils the pictures of a style, and says what to change in its training. */
export const doctorCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'doctor <model>',
  describe: 'Look for faults in the pictures of a style network, and say what to change in its training',
  builder: options,
  handler: async (argv) => {
    const { runDoctor } = await import('./run.ts');
    await runDoctor(argv, argv.json);
  },
};

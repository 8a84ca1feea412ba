import type { Argv, CommandModule } from 'yargs';
import { type GlobalArguments, type OptionsOf, threadsOption } from '../../src/cli/shared/options.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .option('run', {
      type: 'string',
      requiresArg: true,
      demandOption: true,
      describe: 'Folder of a training run; previews of its steps 50, 200 and 1000 are shown if it has them',
    })
    .option('photograph', {
      type: 'string',
      requiresArg: true,
      describe: 'Photograph whose features and Gram matrices are shown (default: one that comes with impasto)',
    })
    .option('out', {
      type: 'string',
      requiresArg: true,
      default: 'docs/how-it-works',
      describe: 'Folder to write the figures into, in place of earlier ones',
    })
    .option('threads', threadsOption);

/** `npm run figures`: what docs/how-it-works.md shows of a run. */
export const figuresCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'figures',
  describe: 'Draw the figures of docs/how-it-works.md from a training run',
  builder: options,
  handler: async (argv) => {
    const { runFiguresCommand } = await import('./run.ts');
    await runFiguresCommand(argv, argv.json);
  },
};

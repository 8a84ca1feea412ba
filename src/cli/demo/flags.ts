import type { Argv, CommandModule } from 'yargs';
import { deviceOption, type GlobalArguments, type OptionsOf, threadsOption } from '../shared/options.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .option('out', { type: 'string', requiresArg: true, default: 'runs/demo', describe: 'Folder to write' })
    .option('device', deviceOption)
    .option('threads', threadsOption);

/** `impasto demo`: from a painting to a painted photograph, with what comes with impasto. */
export const demoCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'demo',
  describe: 'Train a style that comes with impasto in minutes and paint a photograph in it',
  builder: options,
  handler: async (argv) => {
    const [{ runDemo }, { demoPlan }] = await Promise.all([import('./run.ts'), import('./plan.ts')]);
    await runDemo(demoPlan, argv, argv.json);
  },
};

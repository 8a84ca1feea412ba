import type { Argv, CommandModule } from 'yargs';
import type { GlobalArguments, OptionsOf } from '../shared/options.ts';
import { watchOptions } from '../shared/report-options.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .positional('folder', { type: 'string', demandOption: true, describe: 'Folder of a run, also one still training' })
    .options(watchOptions);

/** `impasto report`: writes or serves the report of a training run. */
export const reportCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'report <folder>',
  describe: "Write report.html of a training run's folder: curves, previews, configuration, warnings",
  builder: options,
  handler: async ({ folder, watch, watchPort, json }) => {
    const { runReport } = await import('./run.ts');
    await runReport({ folder, watch, watchPort }, json);
  },
};

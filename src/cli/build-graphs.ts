import type { CommandModule } from 'yargs';

export const buildGraphsCommand: CommandModule = { command: 'build-graphs', describe: '', handler: () => {} };

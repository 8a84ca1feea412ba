import type { CommandModule } from 'yargs';

export const stylizeCommand: CommandModule = { command: 'stylize', describe: '', handler: () => {} };

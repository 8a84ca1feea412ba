import type { CommandModule } from 'yargs';

export const evaluateCommand: CommandModule = { command: 'evaluate', describe: '', handler: () => {} };

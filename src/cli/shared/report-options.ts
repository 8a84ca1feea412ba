import { numberOption } from './options.ts';

/** Flags of every command that can serve a run's report. */
export const watchOptions = {
  watch: { type: 'boolean', describe: 'Serve the report on this machine, kept up to date' },
  'watch-port': {
    requiresArg: true,
    implies: 'watch',
    describe: 'Port of the served report (default: a free one)',
    coerce: numberOption('watch-port', { minimum: 1, maximum: 65_535, whole: true }),
  },
} as const;

/** Flags of `impasto train` that concern its report. */
export const trainingReportOptions = {
  ...watchOptions,
  tensorboard: { type: 'boolean', default: false, describe: 'Write event files for TensorBoard to DIR/tensorboard' },
} as const;

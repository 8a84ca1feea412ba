import type { TrainingConfiguration } from '../../style-file/training-configuration.ts';
import { commandLine, shellWord } from '../shared/command-line.ts';
import { fixedOptions } from './configuration.ts';

/** The command line, ready for a shell, that trains as a configuration says: every option, whatever its default is. */
export function trainingCommand(configuration: TrainingConfiguration): string {
  const { steps, schedule } = configuration;
  const isLeftOut: Readonly<Record<string, boolean>> = {
    'schedule-every': schedule.name !== 'step',
    // The part that is cropped is found again.
    'no-crop': configuration.styleCrop !== undefined,
  };
  const options = fixedOptions.filter(([option]) => !isLeftOut[option]);
  const words = options.flatMap(([option, read]) => {
    const value = read(configuration);
    if (value === true) return [`--${option}`];
    const text = optionText(value);
    return text === '' ? [] : [`--${option}`, text];
  });
  return [commandLine('train'), ...[...words, '--steps', String(steps)].map(shellWord)].join(' ');
}

/** A configured value as the command line takes it; '' for one that was left out. */
function optionText(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, each]) => `${name}=${each}`)
    .join(',');
}

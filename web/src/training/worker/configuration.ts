import { recipes } from '../../../../src/graph-builder/objective/recipes.ts';
import type { TrainingConfiguration } from '../../../../src/style-file/training-configuration.ts';
import { defaultConfiguration, defaultSchedule } from '../../../../src/train/default-configuration.ts';
import type { TrainingOrder } from '../protocol.ts';

/** Between two states that are worth storing and showing, at least. */
export const storedEvery = 5;

/** The configuration of a training in the page: a network of half the width, on the photographs that come with impasto. */
export function configurationOf({ name, fileName, styleCrop, settings }: TrainingOrder): TrainingConfiguration {
  const subject = { style: fileName, styleName: name, content: 'artifacts/photographs' };
  const base = defaultConfiguration(subject);
  return {
    ...base,
    ...settings,
    styleCrop,
    lossNetwork: recipes.balanced.lossNetwork,
    network: { ...base.network, channels: 16 },
    schedule: defaultSchedule(settings.steps),
    validation: 0,
    checkpointEvery: storedEvery,
  };
}

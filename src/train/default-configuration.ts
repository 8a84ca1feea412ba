import { defaultRecipe, type RecipeName, recipes } from '../graph-builder/objective/recipes.ts';
import type { LearningRateSchedule } from '../style-file/learning-rate-schedule.ts';
import type { ObjectiveConfiguration, TrainingConfiguration } from '../style-file/training-configuration.ts';

/** Short side in pixels at which a painting is judged by default: its strokes then suit crops of 256 pixels. */
export const defaultStyleSize = 384;

/** How many steps a style is trained for by default. */
export const defaultSteps = 2000;

/** What a run is made for: everything else has a default. */
export type RunSubject = Pick<TrainingConfiguration, 'style' | 'styleName' | 'content'>;

/** The configuration of a run that was asked for nothing in particular. */
export function defaultConfiguration(subject: RunSubject, recipe: RecipeName = defaultRecipe): TrainingConfiguration {
  return { ...subject, ...defaultObjective(recipe), ...defaultTraining, author: '', licence: '' };
}

/** What a training does unless it is told otherwise, whatever it is to learn. */
export const defaultTraining = {
  stabilityWeight: 0,
  network: { channels: 32, upsampling: 'resize', padding: 'reflect', output: 'tanh' },
  steps: defaultSteps,
  batch: 4,
  microBatch: 1,
  size: 256,
  learningRate: 0.003,
  schedule: defaultSchedule(defaultSteps),
  seed: 1,
  checkpointEvery: 100,
} as const satisfies Partial<TrainingConfiguration>;

/**
 * What a training does by default that starts from a base, which has learnt to paint: fewer steps, of one small crop each, by
 * the recipe of bases.
 */
export const defaultsFromBase = {
  recipe: 'motifs',
  styleSize: 256,
  steps: 1000,
  batch: 1,
  size: 128,
  learningRate: 0.0015,
} as const satisfies Partial<TrainingConfiguration>;

/**
 * What a training does by default that starts from the network of another style: it can paint already, so that one photograph
 * a step suffices, and the recipe of motifs has something to begin with.
 */
export const defaultsFromStyle = {
  recipe: 'motifs',
  styleSize: 320,
  steps: 1500,
  batch: 1,
  size: 256,
  learningRate: 0.001,
} as const satisfies Partial<TrainingConfiguration>;

/** What a recipe says of the objective. */
export function defaultObjective(recipe: RecipeName = defaultRecipe): ObjectiveConfiguration {
  const { weights, layerWeights, lossNetwork, pyramidLevels } = recipes[recipe];
  return { styleSize: defaultStyleSize, lossNetwork, recipe, pyramidLevels, weights, layerWeights };
}

/** The schedule of a run of so many steps: a short rise, then half a period of the cosine. */
export function defaultSchedule(steps: number): LearningRateSchedule {
  return { name: 'cosine', warmUp: Math.min(20, Math.floor(steps / 10)), every: Math.ceil(steps / 4) };
}

import { z } from 'zod';
import type { TransformNetworkOptions } from '../graph-builder/networks/transform-network.ts';
import { mostPyramidLevels, type Recipe, recipeNames, recipes } from '../graph-builder/objective/recipes.ts';
import type { Region } from '../image/picture.ts';
import { type LearningRateSchedule, scheduleNames } from './learning-rate-schedule.ts';

/** More photographs would cost more time at every checkpoint than they tell. */
export const mostValidationPhotographs = 16;

const padding = z.enum(['reflect', 'zero']);
export const networkSchema: z.ZodType<TransformNetworkOptions> = z.object({
  channels: z.int().min(1),
  upsampling: z.enum(['resize', 'deconv']),
  padding: z.union([padding, z.object({ default: padding, layers: z.record(z.string(), padding) })]),
  output: z.enum(['tanh', 'linear']),
});

const region: z.ZodType<Region> = z.object({
  left: z.int().min(0),
  top: z.int().min(0),
  width: z.int().min(1),
  height: z.int().min(1),
});

const schedule: z.ZodType<LearningRateSchedule> = z.object({
  name: z.enum(scheduleNames),
  warmUp: z.int().min(0),
  every: z.int().min(1),
});

/** Everything that a training run was asked for: written to config.json and into every checkpoint. */
export const trainingConfigurationSchema = z.object({
  /** The painting's file, and the length of its short side in pixels when its Gram matrices are computed. */
  style: z.string(),
  styleSize: z.int().min(64),
  /** The part of the painting that is learnt, in pixels of the file: what lies within its frame; by default all of it. */
  styleCrop: region.optional(),
  /** What model.onnx says about the style. */
  styleName: z.string(),
  author: z.string(),
  licence: z.string(),
  /** The folder of photographs. */
  content: z.string(),
  lossNetwork: z.string(),
  recipe: z.enum(recipeNames),
  /** Pictures on which style is compared: the picture, and its copies reduced by 2, 4, … */
  pyramidLevels: z.int().min(1).max(mostPyramidLevels),
  weights: z.object({ content: z.number(), style: z.number(), tv: z.number() }),
  /** Weight of each style layer. */
  layerWeights: z.record(z.string(), z.number()),
  /** Weight of the stability term: the network must not answer slight noise; 0 leaves the term and its cost out. */
  stabilityWeight: z.number().min(0),
  network: networkSchema,
  /** What the training begins with: the model.onnx of a style, or a base, which predicts the painting's; by default a new network. */
  from: z.string().optional(),
  /** What is trained of what a base predicts: all weights, by default, or the style's numbers alone. */
  tune: z.enum(['all', 'style']).optional(),
  steps: z.int().min(1),
  batch: z.int().min(1),
  /** Photographs in one run of the training graph; it divides the batch. The order of sums, so the last bits, depend on it. */
  microBatch: z.int().min(1),
  size: z.int(),
  learningRate: z.number().positive(),
  schedule,
  /** The largest global norm of the gradients of a step; by default they are taken as they are. */
  clipGradients: z.number().positive().optional(),
  seed: z.int().min(0),
  /** Photographs that are kept out of the training and judged at every checkpoint; by default as many as suit the folder. */
  validation: z.int().min(0).max(mostValidationPhotographs).optional(),
  /** Steps between checkpoints. */
  checkpointEvery: z.int().min(1),
  /** Photographs to stylize at each checkpoint; by default two of the folder. */
  previews: z.array(z.string()).optional(),
});

export type TrainingConfiguration = z.infer<typeof trainingConfigurationSchema>;

/** What of a configuration decides the objective. */
export type ObjectiveConfiguration = Pick<
  TrainingConfiguration,
  'styleSize' | 'lossNetwork' | 'recipe' | 'pyramidLevels' | 'weights' | 'layerWeights'
>;

/** The recipe of a run, with its own pyramid. */
export function recipeOf({ recipe, pyramidLevels }: Pick<ObjectiveConfiguration, 'recipe' | 'pyramidLevels'>): Recipe {
  return { ...recipes[recipe], pyramidLevels };
}

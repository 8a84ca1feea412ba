import { z } from 'zod';
import type { TransformNetworkOptions } from '../graph-builder/networks/transform-network.ts';
import { recipeNames } from '../graph-builder/objective/recipes.ts';

const padding = z.enum(['reflect', 'zero']);
const network: z.ZodType<TransformNetworkOptions> = z.object({
  channels: z.int().min(1),
  upsampling: z.enum(['resize', 'deconv']),
  padding: z.union([padding, z.object({ default: padding, layers: z.record(z.string(), padding) })]),
  output: z.enum(['tanh', 'linear']),
});

/** Everything that decides a training run's result: written to config.json and into every checkpoint. */
export const trainingConfigurationSchema = z.object({
  /** The painting's file, and the length of its short side in pixels when its Gram matrices are computed. */
  style: z.string(),
  styleSize: z.int().min(64),
  /** What model.onnx says about the style. */
  styleName: z.string(),
  author: z.string(),
  licence: z.string(),
  /** The folder of photographs. */
  content: z.string(),
  lossNetwork: z.string(),
  recipe: z.enum(recipeNames),
  weights: z.object({ content: z.number(), style: z.number(), tv: z.number() }),
  /** Weight of each style layer. */
  layerWeights: z.record(z.string(), z.number()),
  network,
  steps: z.int().min(1),
  batch: z.int().min(1),
  size: z.int(),
  learningRate: z.number().positive(),
  seed: z.int().min(0),
});

export type TrainingConfiguration = z.infer<typeof trainingConfigurationSchema>;

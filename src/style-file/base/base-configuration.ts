import { z } from 'zod';
import type { TrainedPart } from '../../graph-builder/networks/trained-part.ts';
import { trainingConfigurationSchema } from '../training-configuration.ts';

const descriptorScale = z.object({
  /** Of each number of a descriptor over the paintings, and how far it deviates from that. */
  mean: z.array(z.number()),
  deviation: z.array(z.number().positive()),
});

/** What descriptors are divided by so that all their numbers count alike. */
export type DescriptorScale = z.infer<typeof descriptorScale>;

/** Everything that the training of a base was asked for: written to config.json and into every checkpoint. */
export const baseConfigurationSchema = trainingConfigurationSchema
  .omit({ style: true, styleSize: true, styleName: true, author: true, licence: true })
  .extend({
    /** Groups of paintings, files each: a step takes each of them from a group, all groups equally often. */
    paintings: z.array(z.array(z.string()).min(1)).min(1),
    /** How many variants of each painting are shown: other strokes, parts and colours. */
    variants: z.int().min(1),
    /** Numbers that a style is predicted from. */
    bottleneck: z.int().min(1),
    descriptorScale,
  });

export type BaseConfiguration = z.infer<typeof baseConfigurationSchema>;

/** What is trained of a network that is a base. */
export function basePart({
  bottleneck,
  descriptorScale,
}: Pick<BaseConfiguration, 'bottleneck' | 'descriptorScale'>): TrainedPart {
  return { kind: 'base', prediction: { descriptor: descriptorScale.mean.length, bottleneck } };
}

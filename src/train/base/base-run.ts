import { trainedShapes } from '../../graph-builder/networks/trained-part.ts';
import { type BaseConfiguration, baseConfigurationSchema, basePart } from '../../style-file/base/base-configuration.ts';
import type { RunKind } from '../checkpoint.ts';

/** The training of a base. */
export const baseRun: RunKind<BaseConfiguration> = {
  format: 'impasto-base-checkpoint',
  schema: baseConfigurationSchema,
  parameters: ({ network, ...configuration }) => trainedShapes(network, basePart(configuration)),
};

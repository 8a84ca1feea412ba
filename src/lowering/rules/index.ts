import type { LoweringRule } from '../rule.ts';
import { blockConvolutions } from './block-convolutions.ts';
import { channelGroups } from './channel-groups.ts';
import { gramGradients } from './gram-gradients.ts';
import { depthToSpaceAsTransposes } from './interleaving.ts';
import { subpixelConvolutions } from './subpixel-convolutions.ts';
import { weightGradients } from './weight-gradients/index.ts';
import { winogradConvolutions } from './winograd-convolutions.ts';

/** Every form that a graph is lowered to; their order comes from `after`. */
export const loweringRules: readonly LoweringRule[] = [
  subpixelConvolutions,
  gramGradients,
  weightGradients,
  blockConvolutions,
  winogradConvolutions,
  channelGroups,
  depthToSpaceAsTransposes,
];

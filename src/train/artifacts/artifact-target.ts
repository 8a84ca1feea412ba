import type { Target } from '../../lowering/targets.ts';

/** What training artifacts are lowered for, which run anywhere: graphics cards have the forms that pay everywhere, and no others. */
export const artifactTarget: Target = 'cuda';

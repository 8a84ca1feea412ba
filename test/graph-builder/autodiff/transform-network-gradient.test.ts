import { describe, it } from 'vitest';
import { recipes } from '../../../src/graph-builder/objective/recipes.ts';
import { checkVjp } from '../../helpers/check-vjp.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { tinyNetwork, tinyTrainingGraph } from '../../helpers/tiny-network.ts';

const variants = [
  { upsampling: 'resize', padding: 'reflect', recipe: 'balanced' },
  { upsampling: 'deconv', padding: 'zero', recipe: 'paper' },
  { upsampling: 'resize', padding: 'zero', recipe: 'original' },
  { upsampling: 'deconv', padding: 'reflect', recipe: 'balanced' },
] as const;

describe('the gradient of the whole transform network and objective', () => {
  it.each(variants)('$upsampling, $padding, $recipe', async ({ recipe, ...options }) => {
    const checked = tinyTrainingGraph({ ...tinyNetwork, ...options }, recipes[recipe]);
    const expected = checkVjp(checked, 1e-7);
    expectAllClose(await runGraph(checked.graph, checked.feeds), expected, 1e-3);
  });
});

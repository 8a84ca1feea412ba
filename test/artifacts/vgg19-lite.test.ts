import { stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { convolutionCost } from '../../src/graph-builder/networks/low-rank.ts';
import { freezeLossNetwork } from '../../src/graph-builder/networks/vgg.ts';
import { vggConvolutionsTo } from '../../src/graph-builder/networks/vgg-architecture.ts';
import { recipes } from '../../src/graph-builder/objective/recipes.ts';
import { lossNetworkGraph } from '../../src/graph-builder/programs/training-graphs.ts';
import { decodeResized } from '../../src/image/decode.node.ts';
import { toPlanar } from '../../src/image/picture.ts';
import { loadLossNetwork } from '../../src/loss-network/weights/load-loss-network.node.ts';
import { shippedLossNetwork } from '../../src/loss-network/weights/named-loss-networks.node.ts';
import { hasShared, sharedPath } from '../../tools/shared-data/shared.ts';
import { numberTensor, tensorNamed } from '../helpers/number-tensor.ts';
import { runGraph } from '../helpers/run-graph.ts';

describe('the loss network that comes with impasto', () => {
  it('takes at most 2 MB and a tenth of the multiplications of VGG-19', async () => {
    expect((await stat(shippedLossNetwork)).size).toBeLessThanOrEqual(2e6);
    const { tensors } = await loadLossNetwork('vgg19-lite');
    const convolutions = vggConvolutionsTo('vgg19', 'relu4_1');
    const costWith = (rankOf: (name: string) => number | undefined) =>
      convolutions.reduce((sum, convolution) => sum + convolutionCost(convolution, rankOf(convolution.name)), 0);
    const cost = costWith((name) => tensors.get(`${name}.basis.weight`)?.shape[0]);
    expect(cost).toBeLessThanOrEqual(0.1 * costWith(() => undefined));
  });

  it.skipIf(!hasShared)('sees in a painting what VGG-19 sees', async () => {
    const painting = await decodeResized(sharedPath('data/styles/mosaic.jpg'), { shortSide: 192 });
    const { width, height } = painting;
    const image = numberTensor([1, 3, height, width], Array.from(toPlanar(painting)), 'float32');
    const seen = async (source: string) => {
      const lossNetwork = freezeLossNetwork(await loadLossNetwork(source));
      return runGraph(lossNetworkGraph({ lossNetwork, recipe: recipes.balanced }), { image });
    };
    const [lite, full] = [await seen('vgg19-lite'), await seen(sharedPath('data/vgg19'))];
    const errors = Object.keys(full).map((name) => {
      const [actual, expected] = [tensorNamed(lite, name).data, tensorNamed(full, name).data];
      const squares = (of: (value: number, index: number) => number) =>
        expected.reduce((sum, value, index) => sum + of(value, index) ** 2, 0);
      return [name, squares((value, index) => value - (actual[index] ?? Number.NaN)) / squares((value) => value)];
    });
    const bounds: Readonly<Record<string, number>> = { 'style.relu1_1': 1e-5, 'content.relu4_1': 0.35 };
    for (const [name, error] of errors) expect(error, `${name}`).toBeLessThan(bounds[`${name}`] ?? 0.1);
    expect(errors).toHaveLength(5);
  });
});

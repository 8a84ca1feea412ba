import { describe, expect, it } from 'vitest';
import { loadPerceptionNetwork } from '../../../src/evaluate/perception/perception-network.node.ts';
import { storeWeights } from '../../../src/loss-network/weights/cache.node.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { writePatternVgg } from '../../helpers/training-files.ts';
import { tinyVggWeights } from '../../helpers/vgg-files.ts';

describe('the loss network that compares pictures', () => {
  it('is vgg19-lite, without relu5_1, where VGG-19 is not to be had', async () => {
    expect(await loadPerceptionNetwork(undefined, await temporaryFolder())).toMatchObject({
      name: 'vgg19-lite',
      layers: ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1'],
      missing: ['relu5_1'],
    });
  });

  it('is VGG-19 where it is in the cache', async () => {
    const cache = await temporaryFolder();
    await storeWeights(tinyVggWeights('vgg19', 'relu5_1'), cache);
    expect(await loadPerceptionNetwork(undefined, cache)).toMatchObject({ name: 'vgg19', missing: [] });
  });

  it('is the one that is given', async () => {
    const path = await writePatternVgg(await temporaryFolder(), 'relu4_2');
    expect(await loadPerceptionNetwork(path)).toMatchObject({ name: path, missing: ['relu5_1'] });
  });

  it('must reach the layers whose patches are compared', async () => {
    const path = await writePatternVgg(await temporaryFolder(), 'relu3_4');
    await expect(loadPerceptionNetwork(path)).rejects.toThrow('up to relu4_1');
  });
});

import { describe, expect, it } from 'vitest';
import { floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { inferenceGraph } from '../../../src/graph-builder/networks/inference-network.ts';
import { writeOnnx } from '../../../src/graph-builder/onnx/onnx-file.ts';
import { psnr } from '../../../src/image/compare.ts';
import { decodePicture } from '../../../src/image/decode.node.ts';
import { fromPlanar, type Picture, toPlanar } from '../../../src/image/picture.ts';
import { createSession } from '../../../src/infer/session.node.ts';
import { floatData, toOrtTensor } from '../../../src/loss-network/objective/graph-session.ts';
import { readPeerNetwork } from '../../../tools/shared-data/peer-network.ts';
import { hasShared, sharedPath } from '../../../tools/shared-data/shared.ts';

/** Our builder with the weights that pytorch/examples published, against the pictures that its authors published. */
describe.skipIf(!hasShared)('the network of pytorch/examples, built by us', () => {
  it.each(['candy', 'mosaic', 'udnie'] as const)('%s paints amber.jpg as published', async (style) => {
    const network = { channels: 32, upsampling: 'resize', padding: 'reflect', output: 'linear' } as const;
    const model = writeOnnx(inferenceGraph(network, await readPeerNetwork(style)));
    const stylized = await stylize(model, await decodePicture(sharedPath('data/content/amber.jpg')));
    const published = await decodePicture(sharedPath(`data/peer-outputs/amber-${style}.jpg`));
    expect(psnr(stylized, published)).toBeGreaterThan(26);
  });
});

async function stylize(model: Uint8Array, { width, height, ...picture }: Picture): Promise<Picture> {
  const { session } = await createSession(model, { device: 'cpu' });
  const image = toOrtTensor(floatTensor([1, 3, height, width], toPlanar({ width, height, ...picture })));
  const outputs = await session.run({ image });
  await session.release();
  return fromPlanar(floatData(outputs, 'stylized'), width, height);
}

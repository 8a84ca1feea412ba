import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { halfToFloat } from '../../src/graph-builder/ir/half-float.ts';
import { type FloatTensor, floatTensor } from '../../src/graph-builder/ir/tensor.ts';
import { sharedPath } from './shared.ts';

const layoutSchema = z.object({
  tensors: z.array(
    z.object({
      name: z.string(),
      dtype: z.enum(['float16', 'float32']),
      shape: z.array(z.int()),
      offset: z.int(),
      bytes: z.int(),
    }),
  ),
});

/**
 * A transformer network of pytorch/examples fast_neural_style, under our parameter names. Its biases before a
 * normalisation are left out: the normalisation subtracts them again.
 */
export async function readPeerNetwork(style: 'candy' | 'mosaic' | 'udnie'): Promise<ReadonlyMap<string, FloatTensor>> {
  const folder = 'data/peer-models/pytorch-examples';
  const layout = layoutSchema.parse(JSON.parse(await readFile(sharedPath(folder, 'layout.json'), 'utf8')));
  const file = await readFile(sharedPath(folder, `${style}.bin`));
  const parameters = new Map<string, FloatTensor>();
  for (const { name, dtype, shape, offset, bytes } of layout.tensors) {
    const ours = ourName(name);
    if (ours === undefined) continue;
    const { buffer } = Uint8Array.from(file.subarray(offset, offset + bytes));
    const data = dtype === 'float16' ? halfToFloat(new Uint16Array(buffer)) : new Float32Array(buffer);
    parameters.set(ours, floatTensor(shape, data));
  }
  return parameters;
}

function ourName(name: string): string | undefined {
  const match = /^(conv|deconv|res)(\d)(?:\.conv(\d))?\.(weight|bias|in\.gamma|in\.beta)$/.exec(name);
  if (!match) throw new Error(`Expected a tensor of pytorch/examples' network but found ${name}`);
  const [, part, number, inner, kind] = match;
  const scope = part === 'res' ? `residual.${number}` : part === 'conv' ? 'encoder' : 'decoder';
  const index = inner ?? number;
  if (kind === 'in.gamma') return `${scope}.norm${index}.scale`;
  if (kind === 'in.beta') return `${scope}.norm${index}.bias`;
  if (kind === 'weight' || name === 'deconv3.bias') return `${scope}.conv${index}.${kind}`;
  return undefined;
}

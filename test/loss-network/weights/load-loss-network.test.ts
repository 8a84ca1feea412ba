import { mkdir, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import onnxProto from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import { floatTensor, type Tensor } from '../../../src/graph-builder/ir/tensor.ts';
import type { LossNetworkWeights } from '../../../src/graph-builder/networks/vgg-architecture.ts';
import { writeSafetensors } from '../../../src/graph-builder/safetensors/safetensors.ts';
import { encodeWeights } from '../../../src/loss-network/weights/canonical-weights.ts';
import { deepestLayer, requireLayers } from '../../../src/loss-network/weights/layers.ts';
import { importWeights, loadLossNetwork } from '../../../src/loss-network/weights/load-loss-network.node.ts';
import { hasShared, sharedPath } from '../../../tools/shared-data/shared.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { patternWeights, renamed, torchvisionTensors } from '../../helpers/vgg-files.ts';

/** Small files: both networks share these layers, so `--as` is always given. */
const vgg16 = patternWeights('vgg16', 'relu2_1');

async function writeWeights(bytes: Uint8Array, name = 'weights.safetensors'): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, bytes);
  return path;
}

function torchvisionFile(tensors: ReadonlyMap<string, Tensor> = torchvisionTensors(vgg16)): Uint8Array {
  return writeSafetensors({ tensors, metadata: { format: 'pt' } });
}

/** An ONNX model with nothing but initializers under the model zoo's names. */
function modelZooFile({ tensors }: LossNetworkWeights): Uint8Array {
  const { ModelProto, TensorProto } = onnxProto.onnx;
  const names = renamed({ ...vgg16, tensors }, (index, kind) => `vgg0_conv${index}_${kind}`);
  const initializer = [...names].map(([name, { shape, data }]) => ({
    name,
    dims: [...shape],
    dataType: TensorProto.DataType.FLOAT,
    rawData: new Uint8Array(data.buffer),
  }));
  return ModelProto.encode(
    ModelProto.create({ irVersion: 3, opsetImport: [{ domain: '', version: 8 }], graph: { name: 'vgg', initializer } }),
  ).finish();
}

describe('loadLossNetwork from a safetensors file', () => {
  it('reads torchvision names, unchanged values and preprocessing', async () => {
    const path = await writeWeights(torchvisionFile());
    const weights = await loadLossNetwork(path, { architecture: 'vgg16' });
    expect(weights).toEqual(vgg16);
    expect(weights.mean[0]).toBeCloseTo(123.675, 9);
    expect(weights.std[2]).toBeCloseTo(57.375, 9);
  });

  it("reads impasto's own file, which says what it holds", async () => {
    const path = await writeWeights(encodeWeights({ ...vgg16, mean: [1, 2.5, 3], std: [4, 5, 1 / 3] }));
    expect(await loadLossNetwork(path)).toEqual({ ...vgg16, mean: [1, 2.5, 3], std: [4, 5, 1 / 3] });
    await expect(loadLossNetwork(path, { architecture: 'vgg19' })).rejects.toThrow(
      `Expected vgg19 weights in ${path} but received vgg16`,
    );
  });

  it('reads half precision', async () => {
    const tensors = new Map<string, Tensor>(torchvisionTensors(vgg16));
    const bits = new Uint16Array(64);
    bits.set([0x3c00, 0xc000, 0x3555, 0x0001, 0x8000, 0x7bff]);
    tensors.set('features.0.bias', { type: 'float16', shape: [64], data: bits });
    const weights = await loadLossNetwork(await writeWeights(torchvisionFile(tensors)), { architecture: 'vgg16' });
    expect([...(weights.tensors.get('conv1_1.bias')?.data ?? [])].slice(0, 6)).toEqual([
      1,
      -2,
      0.333251953125,
      2 ** -24,
      -0,
      65504,
    ]);
  });

  it('refuses values that are not numbers', async () => {
    const tensors = torchvisionTensors(vgg16);
    tensors.set('features.2.bias', floatTensor([64], new Float32Array(64).fill(0).with(5, Number.NaN)));
    const path = await writeWeights(torchvisionFile(tensors));
    await expect(loadLossNetwork(path, { architecture: 'vgg16' })).rejects.toThrow(
      `${path}: expected finite numbers in the tensor features.2.bias but received NaN`,
    );
  });

  it('refuses integers', async () => {
    const tensors = new Map<string, Tensor>(torchvisionTensors(vgg16));
    tensors.set('features.0.bias', { type: 'uint8', shape: [64], data: new Uint8Array(64) });
    await expect(
      loadLossNetwork(await writeWeights(torchvisionFile(tensors)), { architecture: 'vgg16' }),
    ).rejects.toThrow('expected F32 or F16 values in the tensor features.0.bias but received uint8');
  });

  it("refuses impasto's names without impasto's metadata, and with damaged metadata", async () => {
    const bare = await writeWeights(writeSafetensors({ tensors: vgg16.tensors, metadata: {} }));
    await expect(loadLossNetwork(bare, { architecture: 'vgg16' })).rejects.toThrow(
      'expected metadata with the format impasto-loss-network',
    );
    const metadata = { format: 'impasto-loss-network', architecture: 'vgg16', mean: '[1,2]', std: '[1,1,1]' };
    const damaged = await writeWeights(writeSafetensors({ tensors: vgg16.tensors, metadata }));
    await expect(loadLossNetwork(damaged)).rejects.toThrow(
      'expected metadata architecture (vgg16 or vgg19), mean and std',
    );
  });

  it('refuses a text file, and a file that lacks even what nobody reads', async () => {
    const text = await writeWeights(Buffer.from('not found\n'));
    await expect(loadLossNetwork(text)).rejects.toThrow(
      `${text} is not a safetensors file: expected a header length of 2 to 100000000 in its first eight bytes`,
    );
    const classifier = floatTensor([10], new Float32Array(10));
    const bytes = torchvisionFile(new Map([...torchvisionTensors(vgg16), ['head.fc.bias', classifier]]));
    const truncated = await writeWeights(bytes);
    await truncate(truncated, bytes.length - 1);
    await expect(loadLossNetwork(truncated, { architecture: 'vgg16' })).rejects.toThrow(
      `${truncated} is truncated: expected ${bytes.length} bytes but received ${bytes.length - 1}`,
    );
  });
});

describe('loadLossNetwork from an ONNX file', () => {
  it("reads the model zoo's names", async () => {
    const path = await writeWeights(modelZooFile(vgg16), 'vgg16-7.onnx');
    expect(await loadLossNetwork(path, { architecture: 'vgg16' })).toEqual(vgg16);
  });

  it('refuses a file that is no ONNX model', async () => {
    const path = await writeWeights(Buffer.from('<html>no such model</html>'), 'vgg16-7.onnx');
    await expect(loadLossNetwork(path)).rejects.toThrow(`Could not read weights from ${path}: `);
  });
});

/** A layers-model in two groups and three shards: conv1_1 (uint16 and float16), then conv1_2 in float32. */
async function writeTfjsModel(): Promise<string> {
  const folder = await temporaryFolder();
  const shape = [3, 3, 3, 64];
  const kernel = Uint16Array.from({ length: 1728 }, (_, index) => index * 3);
  const bias = new Uint16Array(64).fill(0x3800);
  const second = patternWeights('vgg16', 'relu1_2');
  const secondKernel = second.tensors.get('conv1_2.weight')?.data ?? new Float32Array();
  const secondBias = second.tensors.get('conv1_2.bias')?.data ?? new Float32Array();
  const odd = Buffer.concat([Uint8Array.of(7), Buffer.from(kernel.buffer), Buffer.from(bias.buffer)]);
  await writeFile(join(folder, 'group1-shard1of2.bin'), odd.subarray(0, 1000));
  await writeFile(join(folder, 'group1-shard2of2.bin'), odd.subarray(1000));
  await writeFile(
    join(folder, 'group2.bin'),
    Buffer.concat([Buffer.from(secondKernel.buffer), Buffer.from(secondBias.buffer)]),
  );
  const weightsManifest = [
    {
      paths: ['group1-shard1of2.bin', 'group1-shard2of2.bin'],
      weights: [
        { name: 'trained', shape: [1], dtype: 'bool' },
        {
          name: 'block1_conv1/kernel',
          shape,
          dtype: 'float32',
          quantization: { dtype: 'uint16', scale: 0.5, min: -4 },
        },
        { name: 'block1_conv1/bias', shape: [64], dtype: 'float32', quantization: { dtype: 'float16' } },
      ],
    },
    {
      paths: ['group2.bin'],
      weights: [
        { name: 'block1_conv2/kernel', shape: [3, 3, 64, 64], dtype: 'float32' },
        { name: 'block1_conv2/bias', shape: [64], dtype: 'float32' },
      ],
    },
  ];
  await writeFile(join(folder, 'model.json'), JSON.stringify({ format: 'layers-model', weightsManifest }));
  return folder;
}

describe('loadLossNetwork from a TensorFlow.js model', () => {
  it('joins shards, undoes every quantisation and turns BGR HWIO kernels to RGB OIHW', async () => {
    const { mean, std, tensors } = await loadLossNetwork(await writeTfjsModel(), { architecture: 'vgg16' });
    expect(mean).toEqual([123.68, 116.779, 103.939]);
    expect(std).toEqual([1, 1, 1]);
    const first = tensors.get('conv1_1.weight');
    expect(first?.shape).toEqual([64, 3, 3, 3]);
    const [row, column, output] = [2, 1, 40];
    for (const [rgb, bgr] of [
      [0, 2],
      [1, 1],
      [2, 0],
    ] as const) {
      const stored = 3 * (((row * 3 + column) * 3 + bgr) * 64 + output);
      expect(first?.data[((output * 3 + rgb) * 3 + row) * 3 + column]).toBe(stored * 0.5 - 4);
    }
    expect(tensors.get('conv1_1.bias')?.data).toEqual(new Float32Array(64).fill(0.5));
    const source = patternWeights('vgg16', 'relu1_2').tensors.get('conv1_2.weight')?.data ?? [];
    const [input, second] = [63, tensors.get('conv1_2.weight')?.data];
    expect(second?.[((output * 64 + input) * 3 + row) * 3 + column]).toBe(
      source[((row * 3 + column) * 64 + input) * 64 + output],
    );
  });

  it('takes the path of model.json as well as its folder', async () => {
    const folder = await writeTfjsModel();
    expect(await loadLossNetwork(join(folder, 'model.json'), { architecture: 'vgg16' })).toEqual(
      await loadLossNetwork(folder, { architecture: 'vgg16' }),
    );
  });

  it('refuses a missing shard, a truncated shard, a folder without model.json and another JSON file', async () => {
    const folder = await writeTfjsModel();
    const shard = join(folder, 'group2.bin');
    await truncate(shard, 1000);
    await expect(loadLossNetwork(folder)).rejects.toThrow(
      /describes 147712 bytes of weights but its shards \(.*group2.bin\) have 1000$/,
    );
    await writeFile(join(folder, 'model.json'), '{"weightsManifest":[{"paths":["gone.bin"],"weights":[]}]}');
    await expect(loadLossNetwork(folder)).rejects.toThrow(`There is no file ${join(folder, 'gone.bin')}`);
    await writeFile(join(folder, 'model.json'), '{"name":"package"}');
    await expect(loadLossNetwork(folder)).rejects.toThrow(
      'is not a TensorFlow.js layers-model: expected a weightsManifest',
    );
    await writeFile(join(folder, 'model.json'), 'weights');
    await expect(loadLossNetwork(folder)).rejects.toThrow('is not a TensorFlow.js model: expected JSON');
    const empty = await temporaryFolder();
    await expect(loadLossNetwork(empty)).rejects.toThrow(
      `Expected a TensorFlow.js model.json in the folder ${empty} but there is none`,
    );
  });
});

describe('loadLossNetwork by name', () => {
  it('finds what was imported', async () => {
    const cacheDirectory = join(await temporaryFolder(), 'cache');
    const from = await writeWeights(torchvisionFile());
    const stored = await importWeights({ from, architecture: 'vgg16', cacheDirectory });
    expect(stored).toMatchObject({
      path: join(cacheDirectory, 'loss-networks', 'vgg16.safetensors'),
      architecture: 'vgg16',
      deepestLayer: 'relu2_1',
      bytes: (await readFile(stored.path)).length,
    });
    expect(stored.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await loadLossNetwork('vgg16', { cacheDirectory })).toEqual(vgg16);
  });

  it('says how to get weights that are not there', async () => {
    const cacheDirectory = await temporaryFolder();
    await expect(loadLossNetwork('vgg19', { cacheDirectory })).rejects.toThrow(
      `There are no vgg19 weights in the cache (${join(cacheDirectory, 'loss-networks', 'vgg19.safetensors')}): ` +
        'get them with "impasto weights download vgg19" or "impasto weights import --from PATH --as vgg19", ' +
        'or give a path instead of the name',
    );
  });

  it('says how to replace a damaged cached file', async () => {
    const cacheDirectory = await temporaryFolder();
    const path = join(cacheDirectory, 'loss-networks', 'vgg16.safetensors');
    await mkdir(join(cacheDirectory, 'loss-networks'));
    await writeFile(path, encodeWeights(vgg16).subarray(0, 5000));
    await expect(loadLossNetwork('vgg16', { cacheDirectory })).rejects.toThrow(
      /^The cached vgg16 weights cannot be used: .* is truncated: .*; get them with "impasto weights download vgg16"/,
    );
  });

  it('leaves the cached file alone when an import fails', async () => {
    const cacheDirectory = await temporaryFolder();
    const good = await writeWeights(torchvisionFile());
    await importWeights({ from: good, architecture: 'vgg16', cacheDirectory });
    const handle = await open(good, 'r+');
    await handle.write(Buffer.alloc(4, 0xff), 0, 4, (await handle.stat()).size - 4);
    await handle.close();
    await expect(importWeights({ from: good, architecture: 'vgg16', cacheDirectory })).rejects.toThrow('received NaN');
    expect(await loadLossNetwork('vgg16', { cacheDirectory })).toEqual(vgg16);
  });

  it('says when the cache cannot be written', async () => {
    const file = await writeWeights(torchvisionFile());
    await expect(importWeights({ from: file, architecture: 'vgg16', cacheDirectory: file })).rejects.toThrow(
      /^Could not write .* \((ENOTDIR|EEXIST)\): set IMPASTO_CACHE to a folder that can be written$/,
    );
  });

  it('refuses paths that lead nowhere or to another kind of file', async () => {
    const folder = await temporaryFolder();
    await expect(loadLossNetwork(join(folder, 'gone.safetensors'))).rejects.toThrow(
      `There is no file ${join(folder, 'gone.safetensors')}`,
    );
    await expect(loadLossNetwork('resnet50')).rejects.toThrow(
      'There is no file resnet50: expected a .safetensors file, an .onnx file, or a TensorFlow.js model.json or its folder',
    );
    const other = await writeWeights(Buffer.from('x'), 'weights.pth');
    await expect(loadLossNetwork(other)).rejects.toThrow(
      /^Expected weights as a \.safetensors file.* but received .*\.pth$/,
    );
  });
});

describe('requireLayers', () => {
  it('accepts the layers that are there and names what is missing', () => {
    expect(deepestLayer(vgg16)).toBe('relu2_1');
    expect(() => requireLayers(vgg16, 'relu2_1')).not.toThrow();
    expect(() => requireLayers(vgg16, 'relu2_2')).toThrow(
      'Expected vgg16 weights up to relu2_2 but the file ends at relu2_1: get the deeper layers with ' +
        '"impasto weights download vgg16 --layer relu2_2" and take them with --loss-network vgg16, or give a complete file',
    );
    expect(() => requireLayers(vgg16, 'relu3_4')).toThrow('but received relu3_4');
  });
});

describe.skipIf(!hasShared)('loadLossNetwork on real VGG-19 weights', () => {
  it('reads all sixteen layers, with the first kernel from BGR HWIO to RGB OIHW', async () => {
    const weights = await loadLossNetwork(sharedPath('data', 'vgg19'));
    expect(weights.architecture).toBe('vgg19');
    expect(weights.mean).toEqual([123.68, 116.779, 103.939]);
    expect(weights.tensors.size).toBe(32);
    expect(deepestLayer(weights)).toBe('relu5_4');
    const bytes = await readFile(sharedPath('data', 'vgg19', 'vgg19_conv_uint8.bin'));
    const kernel = weights.tensors.get('conv1_1.weight');
    expect(kernel?.shape).toEqual([64, 3, 3, 3]);
    for (const [output, rgb, row, column] of [
      [0, 0, 0, 0],
      [10, 2, 1, 2],
      [63, 1, 2, 0],
    ] as const) {
      const byte = bytes[((row * 3 + column) * 3 + (2 - rgb)) * 64 + output] ?? 0;
      expect(kernel?.data[((output * 3 + rgb) * 3 + row) * 3 + column]).toBe(
        Math.fround(byte * 0.004713413060880175 - 0.6504510024014641),
      );
    }
  });

  it('refuses them as VGG-16', async () => {
    await expect(loadLossNetwork(sharedPath('data', 'vgg19'), { architecture: 'vgg16' })).rejects.toThrow(
      /model\.json does not fit vgg16: expected no tensor block3_conv4\/kernel but the file has one \(its tensors are those of vgg19\)$/,
    );
  });
});

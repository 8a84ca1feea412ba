import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import yargs from 'yargs';
import { weightsCommand } from '../../src/cli/weights/flags.ts';
import { writeSafetensors } from '../../src/graph-builder/safetensors/safetensors.ts';
import { loadLossNetwork } from '../../src/loss-network/weights/load-loss-network.node.ts';
import { startRangeServer } from '../helpers/range-server.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { patternWeights, torchvisionTensors } from '../helpers/vgg-files.ts';

const weights = patternWeights('vgg16', 'relu1_2');
const file = writeSafetensors({ tensors: torchvisionTensors(weights), metadata: {} });

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Runs `impasto weights …` with its own cache folder; gives what it wrote to stdout. */
async function run(...argv: readonly string[]) {
  const cache = await temporaryFolder();
  vi.stubEnv('IMPASTO_CACHE', cache);
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await yargs(['weights', ...argv])
      .command(weightsCommand)
      .option('json', { type: 'boolean' })
      .strict()
      .exitProcess(false)
      .fail((message, error) => {
        throw error ?? new Error(message);
      })
      .parseAsync();
    return { cache, output: stdout.mock.calls.map(([text]) => text).join('') };
  } finally {
    stdout.mockRestore();
  }
}

async function writeFixture(): Promise<string> {
  const path = join(await temporaryFolder(), 'vgg.safetensors');
  await writeFile(path, file);
  return path;
}

describe('impasto weights import', () => {
  it('copies weights into the cache and says where they are, how large and which', async () => {
    const { cache, output } = await run('import', '--from', await writeFixture(), '--as', 'vgg16');
    const path = join(cache, 'loss-networks', 'vgg16.safetensors');
    const bytes = await readFile(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(output).toBe(`vgg16 up to relu1_2 is in ${path} (0.2 MB, sha256 ${sha256})\n`);
    expect(await loadLossNetwork('vgg16')).toEqual(weights);
  });

  it('gives one JSON object with --json', async () => {
    const { cache, output } = await run('import', '--from', await writeFixture(), '--as', 'vgg16', '--json');
    const path = join(cache, 'loss-networks', 'vgg16.safetensors');
    const bytes = await readFile(path);
    expect(JSON.parse(output)).toEqual({
      path,
      architecture: 'vgg16',
      deepestLayer: 'relu1_2',
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
  });

  it('passes on why a file cannot be used', async () => {
    const path = await writeFixture();
    await expect(run('import', '--from', path)).rejects.toThrow('fits vgg16 and vgg19 equally: say which with --as');
    await expect(run('import', '--from', `${path}.gone`)).rejects.toThrow(`There is no file ${path}.gone`);
  });
});

describe('impasto weights download', () => {
  it('downloads from --url up to --layer', async () => {
    const server = await startRangeServer(file);
    const { cache, output } = await run('download', 'vgg16', '--url', server.url, '--layer', 'relu1_1', '--json');
    expect(JSON.parse(output)).toMatchObject({
      path: join(cache, 'loss-networks', 'vgg16.safetensors'),
      architecture: 'vgg16',
      deepestLayer: 'relu1_1',
    });
    const { tensors } = await loadLossNetwork('vgg16');
    expect(tensors.get('conv1_1.weight')).toEqual(weights.tensors.get('conv1_1.weight'));
  });

  it('wants, by default, the deepest layer that any recipe uses', async () => {
    const server = await startRangeServer(file);
    await expect(run('download', 'vgg16', '--url', server.url)).rejects.toThrow(
      `Expected vgg16 weights up to relu4_3 at ${server.url} but it ends at relu1_2`,
    );
    await expect(run('download', 'vgg19', '--url', server.url)).rejects.toThrow('vgg19 weights up to relu4_1');
  });
});

describe('impasto weights with wrong usage', () => {
  it.each<[readonly string[], RegExp]>([
    [[], /Expected weights import or weights download/],
    [['export'], /Unknown argument: export/],
    [['import'], /Missing required argument: from/],
    [['import', '--from', 'a', '--as', 'vgg13'], /Argument: as, Given: "vgg13", Choices: "vgg16", "vgg19"/],
    [['import', '--from', 'a', '--quick'], /Unknown argument: quick/],
    [['download'], /Not enough non-option arguments/],
    [['download', 'resnet'], /Given: "resnet", Choices: "vgg16", "vgg19"/],
    [['download', 'vgg19', '--from', 'a'], /Unknown argument: from/],
    [['download', 'vgg19', '--url'], /Not enough arguments following: url/],
  ])('%j', async (argv, message) => {
    await expect(run(...argv)).rejects.toThrow(message);
  });
});

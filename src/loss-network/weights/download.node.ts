import { setTimeout } from 'node:timers/promises';
import { defaultCacheDirectory } from '../../files/cache-folder.node.ts';
import {
  type LossNetworkWeights,
  type VggArchitecture,
  vggConvolutionsTo,
} from '../../graph-builder/networks/vgg-architecture.ts';
import {
  headerLengthBytes,
  parseSafetensorsHeader,
  requireFileSize,
  type SafetensorsEntry,
  type SafetensorsHeader,
  safetensorsHeaderEnd,
} from '../../graph-builder/safetensors/safetensors.ts';
import { cachedWeightsPath, prepareCache, type StoredWeights, storeWeights } from './cache.node.ts';
import { canonicalWeights } from './canonical-weights.ts';
import { matchConvolutions } from './match-convolutions.ts';
import { mergeSegments, PartialFile } from './partial-file.node.ts';
import { openRemoteFile, type RemoteFile, TransferInterrupted } from './remote-file.node.ts';
import { sourceTensors } from './safetensors-source.ts';

/** torchvision's ImageNet weights as timm publishes them. */
const publishedFiles: Record<VggArchitecture, string> = {
  vgg16: 'https://huggingface.co/timm/vgg16.tv_in1k/resolve/main/model.safetensors',
  vgg19: 'https://huggingface.co/timm/vgg19.tv_in1k/resolve/main/model.safetensors',
};

/** The deepest layer used by the recipe that each network serves by default: vgg19 `balanced`, vgg16 `paper`. */
const defaultDownloadLayers: Record<VggArchitecture, string> = { vgg16: 'relu4_3', vgg19: 'relu4_1' };

/** How long to wait, in milliseconds, before each further try after the connection broke. */
const defaultRetryDelays = [500, 1000, 2000, 4000];

export interface DownloadOptions {
  /** Address of a safetensors file with torchvision's, timm's or impasto's names. Default: timm's file. */
  readonly url?: string | undefined;
  /** Tensors deeper than this layer, `reluB_I`, are not downloaded. Default: `defaultDownloadLayers`. */
  readonly layer?: string | undefined;
  /** Default: IMPASTO_CACHE, or the operating system's cache folder. */
  readonly cacheDirectory?: string | undefined;
  /** Called as bytes come; `receivedBytes` includes those of an earlier, broken download. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait before each further try after a broken connection; as many tries as entries. */
  readonly retryDelays?: readonly number[] | undefined;
}

export interface DownloadProgress {
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

/**
 * Downloads a loss network into the cache folder: of a published safetensors file, the header and then, by HTTP range
 * requests, only the tensors up to a layer. A server without ranges is read from its beginning as far as needed. A
 * broken download goes on where it stopped, in this run and, as long as the file stays the same, in the next.
 * @throws in one sentence that says what to do: no network, no such file, a web page, other weights, damaged values
 */
export async function downloadWeights(
  architecture: VggArchitecture,
  options: DownloadOptions = {},
): Promise<StoredWeights> {
  const { cacheDirectory = defaultCacheDirectory(), retryDelays = defaultRetryDelays, signal } = options;
  const url = parseUrl(options.url ?? publishedFiles[architecture]);
  const layer = options.layer ?? defaultDownloadLayers[architecture];
  const wanted = vggConvolutionsTo(architecture, layer).map(({ name }) => name);
  await prepareCache(cacheDirectory);
  const partialPath = `${cachedWeightsPath(architecture, cacheDirectory)}.part`;
  const transfer = () => transferWeights(architecture, wanted, url, partialPath, options);
  const weights = await withRetries(transfer, url, retryDelays, signal);
  const stored = await storeWeights(weights, cacheDirectory);
  await PartialFile.remove(partialPath);
  return stored;
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  throw new Error(`Expected an address that begins with https:// or http:// but received ${text}`);
}

async function withRetries<Result>(
  transfer: () => Promise<Result>,
  url: URL,
  retryDelays: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Result> {
  for (const delay of retryDelays) {
    try {
      return await transfer();
    } catch (error) {
      if (!(error instanceof TransferInterrupted)) throw error;
    }
    await setTimeout(delay, undefined, { signal });
  }
  try {
    return await transfer();
  } catch (cause) {
    if (!(cause instanceof TransferInterrupted)) throw cause;
    throw new Error(
      `The download of ${url} broke off (${cause.message}): run the same command again to go on where it stopped`,
      { cause },
    );
  }
}

/** One try: from the header on, but of the tensors only what an earlier try has not brought. */
async function transferWeights(
  architecture: VggArchitecture,
  wanted: readonly string[],
  url: URL,
  partialPath: string,
  { onProgress, signal }: DownloadOptions,
): Promise<LossNetworkWeights> {
  const remote = await openRemoteFile(url, headerLengthBytes, signal);
  try {
    const header = await readHeader(remote, url);
    const entries = wantedEntries(header, architecture, wanted, url);
    const { validator, size } = remote;
    const segments = mergeSegments(entries.values());
    const partial = await PartialFile.open(partialPath, { url: url.href, validator, size, segments });
    try {
      await receive(remote, partial, onProgress);
      const tensors = sourceTensors(entries, url.href, (start, end) => partial.read(start, end));
      return await canonicalWeights({ file: url.href, metadata: header.metadata, tensors }, architecture);
    } catch (error) {
      // Everything came and yet it is unusable: the next try must not start from it.
      if (partial.receivedBytes === partial.totalBytes) await PartialFile.remove(partialPath);
      throw error;
    } finally {
      await partial.close();
    }
  } finally {
    await remote.close();
  }
}

async function readHeader(remote: RemoteFile, url: URL): Promise<SafetensorsHeader> {
  const length = await readAll(remote, 0, headerLengthBytes);
  const headerEnd = safetensorsHeaderEnd(length, url.href);
  if (remote.size !== null && headerEnd > remote.size) {
    throw new Error(`${url} is truncated: expected a header of ${headerEnd} bytes but the file has ${remote.size}`);
  }
  const rest = await readAll(remote, headerLengthBytes, headerEnd);
  const header = parseSafetensorsHeader(Buffer.concat([length, rest]), url.href);
  if (remote.size !== null) requireFileSize(header.fileSize, remote.size, url.href);
  return header;
}

async function readAll(remote: RemoteFile, start: number, end: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of remote.read(start, end)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The header's entries for the wanted convolutions' tensors, by their names in the file. */
function wantedEntries(
  { entries }: SafetensorsHeader,
  architecture: VggArchitecture,
  wanted: readonly string[],
  url: URL,
): ReadonlyMap<string, SafetensorsEntry> {
  const { convolutions } = matchConvolutions({ file: url.href, tensors: entries }, architecture);
  const deepest = wanted.at(-1);
  if (!convolutions.some(({ name }) => name === deepest)) {
    const [needed, received] = [deepest, convolutions.at(-1)?.name].map((name) => name?.replace('conv', 'relu'));
    throw new Error(`Expected ${architecture} weights up to ${needed} at ${url} but it ends at ${received}`);
  }
  const tensors = new Set(
    convolutions.filter(({ name }) => wanted.includes(name)).flatMap(({ weight, bias }) => [weight, bias]),
  );
  return new Map([...entries].filter(([name]) => tensors.has(name)));
}

async function receive(
  remote: RemoteFile,
  partial: PartialFile,
  onProgress: DownloadOptions['onProgress'],
): Promise<void> {
  for (const { start, end } of partial.remaining()) {
    for await (const chunk of remote.read(start, end)) {
      await partial.append(chunk);
      onProgress?.({ receivedBytes: partial.receivedBytes, totalBytes: partial.totalBytes });
    }
  }
}

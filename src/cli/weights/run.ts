import type { VggArchitecture } from '../../graph-builder/networks/vgg-architecture.ts';
import type { StoredWeights } from '../../loss-network/weights/cache.node.ts';
import { type DownloadProgress, downloadWeights } from '../../loss-network/weights/download.node.ts';
import { importWeights } from '../../loss-network/weights/load-loss-network.node.ts';
import { report } from '../shared/options.ts';
import { createProgressBar } from '../shared/progress-bar.ts';

/** Imports weights and reports where they are, on stdout: as one JSON object if `json`, else as a sentence. */
export async function runImport(from: string, architecture: VggArchitecture | undefined, json: boolean): Promise<void> {
  reportWeights(await importWeights({ from, architecture }), json);
}

/** Downloads weights with a progress bar on stderr, and reports as `runImport` does. */
export async function runDownload(
  architecture: VggArchitecture,
  url: string | undefined,
  layer: string | undefined,
  json: boolean,
): Promise<void> {
  const bar = createProgressBar({
    format: `${architecture} {bar} {percentage} % of {megabytes} MB, {eta_formatted} left`,
    linewrap: true,
  });
  const onProgress = ({ receivedBytes, totalBytes }: DownloadProgress) => {
    if (!bar.isActive) bar.start(totalBytes, receivedBytes, { megabytes: megabytes(totalBytes) });
    bar.update(receivedBytes);
  };
  const download = downloadWeights(architecture, { url, layer, onProgress });
  reportWeights(await download.finally(() => bar.stop()), json);
}

function reportWeights(stored: StoredWeights, json: boolean): void {
  const { path, architecture, deepestLayer, bytes, sha256 } = stored;
  const sentence = `${architecture} up to ${deepestLayer} is in ${path} (${megabytes(bytes)} MB, sha256 ${sha256})`;
  report(stored, sentence, json);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

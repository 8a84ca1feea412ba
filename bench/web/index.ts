import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build, type InlineConfig, type PreviewServer, preview } from 'vite';
import { floatTensor } from '../../src/graph-builder/ir/tensor.ts';
import { createSession } from '../../src/infer/session.node.ts';
import { toOrtTensor } from '../../src/loss-network/objective/graph-session.ts';
import { siteConfig } from '../../web/build/site.ts';
import { alternate, median, ratio, timed } from '../measure.ts';
import { untrainedModel } from '../untrained-model.ts';

export interface WebOptions {
  readonly channels: number;
  readonly runs: number;
  readonly chromium: string;
}

const sides = [256, 512, 1024] as const;
const threadCounts = [1, 2] as const;

/**
 * The transform network on one picture: onnxruntime-web's wasm in Chromium, with one thread and with two, against
 * onnxruntime-node with two, in turn in one run.
 */
export async function benchWeb({ channels, runs, chromium: executablePath }: WebOptions): Promise<object> {
  const model = untrainedModel(channels);
  const { session } = await createSession(model, { device: 'cpu', threads: 2 });
  const outDir = await mkdtemp(join(tmpdir(), 'impasto-bench-'));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const server = await servePage(outDir);
    const pages = await Promise.all(threadCounts.map((threads) => openPage(browser, server, model, threads)));
    const results: object[] = [];
    for (const side of sides) {
      const data = new Float32Array(3 * side * side).map(() => Math.random() * 255);
      const image = toOrtTensor(floatTensor([1, 3, side, side], data));
      const inBrowser = pages.map((page) => () => page.evaluate<number>(`ask({ side: ${side} })`));
      const [node = [], ...web] = await alternate(runs, 1, [() => timed(() => session.run({ image })), ...inBrowser]);
      const wasm = web.map((seconds, index) => ({
        threads: threadCounts[index],
        milliseconds: 1000 * median(seconds),
        ratioToNode: ratio(seconds, node),
      }));
      results.push({ side, node: { threads: 2, milliseconds: 1000 * median(node) }, wasm });
    }
    await server.close();
    return { bench: 'web', channels, runs, browser: browser.version(), results };
  } finally {
    await browser.close();
    await session.release();
    await rm(outDir, { recursive: true, force: true });
  }
}

/** Builds the page with the app's own settings, and serves it. */
async function servePage(outDir: string): Promise<PreviewServer> {
  const { resolve, worker, preview: served } = siteConfig();
  const config: InlineConfig = {
    root: fileURLToPath(new URL('page', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    ...(resolve && { resolve }),
    ...(worker && { worker }),
    build: { outDir, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
    preview: { ...served, port: 0, host: '127.0.0.1' },
  };
  await build(config);
  return preview(config);
}

async function openPage(browser: Browser, server: PreviewServer, model: Uint8Array, threads: number): Promise<Page> {
  const context = await browser.newContext();
  context.setDefaultTimeout(0);
  await context.route('**/model.onnx', (route) => route.fulfill({ body: Buffer.from(model) }));
  const page = await context.newPage();
  await page.goto(server.resolvedUrls?.local[0] ?? '');
  await page.waitForFunction('typeof ask === "function"');
  await page.evaluate(`ask({ threads: ${threads} })`);
  return page;
}

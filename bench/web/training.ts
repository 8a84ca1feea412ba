import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { build, preview } from 'vite';
import { siteConfig } from '../../web/build/site.ts';
import { median } from '../measure.ts';

export interface WebTrainingOptions {
  /** Steps that are timed. */
  readonly runs: number;
  readonly chromium: string;
}

const painting = fileURLToPath(new URL('../../artifacts/style-images/mosaic.jpg', import.meta.url));

/** Left out: the runtime prepares its kernels, and the pictures are decoded for the first time. */
const firstSteps = 2;

/** A training in the web app at its usual settings, on the processor, in Chromium: seconds a step, and the tab's peak memory. */
export async function benchWebTraining({ runs, chromium: executablePath }: WebTrainingOptions): Promise<object> {
  const outDir = await mkdtemp(join(tmpdir(), 'impasto-bench-'));
  const config = { ...siteConfig({ outDir }), logLevel: 'error' } as const;
  await build(config);
  const server = await preview({ ...config, preview: { ...config.preview, port: 0, host: '127.0.0.1' } });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    await page.goto(server.resolvedUrls?.local[0] ?? '');
    await startTraining(page);
    const ends: number[] = [];
    while (ends.length <= firstSteps + runs) ends.push(await timeOfStep(page, ends.length + 1));
    const seconds = ends.slice(1).map((end, index) => (end - (ends[index] ?? end)) / 1000);
    const steps = (await page.locator('#run-step').textContent()) ?? '';
    return {
      bench: 'web-training',
      browser: browser.version(),
      isolated: await page.evaluate<boolean>('crossOriginIsolated'),
      steps,
      secondsPerStep: median(seconds.slice(firstSteps)),
      peakMegabytes: await largestRenderer(),
    };
  } finally {
    await browser.close();
    await server.close();
    await rm(outDir, { recursive: true, force: true });
  }
}

async function startTraining(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Make your own' }).click();
  await page.locator('#training').waitFor();
  await page.locator('#painting-file').setInputFiles(painting);
  await page.getByLabel('Name of the style').fill('Bench');
  await page.getByRole('button', { name: 'Start' }).click();
}

/** When the page shows a step, in milliseconds. */
async function timeOfStep(page: Page, step: number): Promise<number> {
  const line = page.locator('#run-step');
  for (;;) {
    const [, shown] = /^Step (\d+) /.exec((await line.textContent()) ?? '') ?? [];
    if (Number(shown) >= step) return performance.now();
    await setTimeout(20);
  }
}

/** The peak memory of the largest of Chromium's processes for pages, in megabytes of 10⁶ bytes; Linux tells it. */
async function largestRenderer(): Promise<number> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const peaks = await Promise.all(
    processes.map(async (id) => {
      const words = await readFile(`/proc/${id}/cmdline`, 'latin1').catch(() => '');
      if (!words.includes('--type=renderer')) return 0;
      const status = await readFile(`/proc/${id}/status`, 'latin1').catch(() => '');
      return (Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024) / 1e6;
    }),
  );
  return Math.max(...peaks);
}

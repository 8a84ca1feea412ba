import { readFile } from 'node:fs/promises';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { preview } from 'vite';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { siteConfig } from '../../web/build/site.ts';
import { chromiumPath } from '../helpers/chromium.ts';
import { type BuiltSite, builtSite } from './built-site.ts';

/** The built app, served as a host would, and a browser for it. */
export interface Site extends Pick<BuiltSite, 'styles'> {
  /** Where it is served: in a folder of the host. */
  readonly url: string;
  readonly browser: Browser;
}

export interface SiteOptions {
  /** Whether the host sends the headers that it should; true by default. */
  readonly headers?: boolean;
  readonly browserArguments?: readonly string[];
}

/** What makes Chromium offer WebGPU without a graphics card. */
export const softwareWebGpu = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
] as const;

/** Serves the built app, and starts a browser, before the tests of a file; `site()` gives them both. */
export function servedSite({ headers = true, browserArguments = [] }: SiteOptions = {}): () => Site {
  let site: Site | undefined;
  const cleanUps: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    const { styles, outDir } = await builtSite();
    const config = siteConfig({ stylesFolder: styles, outDir });
    const own = { ...config.preview, port: 0, host: '127.0.0.1' };
    const server = await preview({ ...config, preview: headers ? own : { ...own, headers: {} } });
    cleanUps.push(() => server.close());
    const browser = await chromium.launch({
      ...(chromiumPath !== undefined && { executablePath: chromiumPath }),
      // Containers run as root, which Chromium's sandbox refuses; the pages opened are our own.
      args: ['--no-sandbox', ...browserArguments],
    });
    cleanUps.push(() => browser.close());
    site = { url: server.resolvedUrls?.local[0] ?? '', styles, browser };
  });
  afterAll(async () => {
    for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  });
  return () => site ?? expect.fail('the site has not been built');
}

/**
 * Opens the app. Whatever goes wrong in it fails the test: a script error, something that the policy forbids, a request to
 * another host.
 * @param prepare is given the browser's context before the page opens
 */
export async function openApp(
  { browser, url }: Site,
  options: BrowserContextOptions = {},
  prepare: (context: BrowserContext) => Promise<unknown> = async () => {},
): Promise<Page> {
  const context = await browser.newContext(options);
  // A machine may be slow: the tests' own limit ends what hangs.
  context.setDefaultTimeout(0);
  const troubles: string[] = [];
  context.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  context.on('weberror', (error) => troubles.push(error.error().message));
  context.on('request', (request) => {
    if (!request.url().startsWith(url) && !/^(blob|data):/.test(request.url())) troubles.push(request.url());
  });
  onTestFinished(async () => {
    await context.close();
    expect(troubles).toEqual([]);
  });
  await prepare(context);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** Gives the app a file, as the file chooser would. */
export async function chooseFile(page: Page, name: string, buffer: Buffer, input = '#picture-file'): Promise<void> {
  await page.locator(input).setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
}

/** Waits until a painting is there and the page is busy with nothing. */
export async function waitUntilPainted(page: Page): Promise<void> {
  await page.locator('#save:enabled', { hasText: 'Save' }).waitFor();
}

/** Saves the painting; the file's name and bytes. */
export async function savePainting(page: Page, format: 'png' | 'jpeg'): Promise<{ name: string; bytes: Buffer }> {
  await page.locator('#format').selectOption(format);
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#save').click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** Chooses in the page where styles run. */
export async function runOn(page: Page, device: 'webgpu' | 'wasm'): Promise<void> {
  await page.getByRole('button', { name: 'About' }).click();
  await page.getByLabel('Run on').selectOption(device);
  await page.locator('#about').getByRole('button', { name: 'Close' }).click();
}

/** The mean difference of the colours of two pictures, 0..255. */
export async function meanDifference(a: Buffer | string, b: Buffer | string): Promise<number> {
  const [first, second] = await Promise.all(
    [a, b].map((picture) => sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true })),
  );
  if (!first || !second) return Number.NaN;
  expect([first.info.width, first.info.height]).toEqual([second.info.width, second.info.height]);
  const sum = first.data.reduce((total, value, index) => total + Math.abs(value - (second.data[index] ?? 0)), 0);
  return sum / first.data.length;
}

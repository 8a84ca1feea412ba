import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeReport } from '../../src/report/report-maker.node.ts';
import { WatchServer } from '../../src/report/watch-server.node.ts';
import { chromiumPath, openBrowser } from '../helpers/chromium.ts';
import { makeRunFolder, stepLine } from '../helpers/run-folders.ts';

const previews = [{ name: '1-bridge', steps: [100, 200] }];

/** Opens a page; whatever goes wrong in it (a script error, something the policy forbids) fails the test. */
async function openPage(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await openBrowser()).newPage(options);
  const troubles: string[] = [];
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('request', (request) => {
    if (!/^(data:|file:|http:\/\/127\.0\.0\.1:\d+\/(events\?.*)?$)/.test(request.url())) troubles.push(request.url());
  });
  onTestFinished(() => expect(troubles).toEqual([]));
  await page.goto(url);
  return page;
}

async function openReport(folder: string, options: BrowserContextOptions = {}): Promise<Page> {
  return openPage(pathToFileURL(await writeReport(folder)).href, options);
}

/** How many different colours the pixels of a chart have: one where nothing is drawn. */
function coloursIn(page: Page, chart: string): Promise<number> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('[data-chart="${chart}"] canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  })()`);
}

describe.skipIf(chromiumPath === undefined)('the report in Chromium', () => {
  it.each([
    [1280, 'light'],
    [390, 'dark'],
  ] as const)('draws its charts at %d pixels, %s, and is not wider than the window', async (width, colorScheme) => {
    const page = await openReport(await makeRunFolder({ previews }), { viewport: { width, height: 800 }, colorScheme });
    for (const chart of ['loss', 'learning-rate', 'speed'])
      expect(await coloursIn(page, chart), chart).toBeGreaterThan(3);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.setViewportSize({ width: width - 50, height: 800 });
    const widths = (selector: string) => `document.querySelector('[data-chart="loss"]${selector}').clientWidth`;
    await expect.poll(() => page.evaluate(`${widths(' .uplot')} === ${widths('')}`)).toBe(true);
  });

  it('tells the figures of the step that the arrow keys lead to', async () => {
    const page = await openReport(await makeRunFolder());
    const caption = page.locator('[data-readout="step"]');
    expect(await caption.textContent()).toBe('Step 200, the latest');
    await page.locator('[data-chart="loss"]').focus();
    await page.keyboard.press('Home');
    expect(await caption.textContent()).toBe('Step 1');
    expect(await page.locator('[data-readout="loss.raw"]').textContent()).toBe('41.00');
    await page.keyboard.press('ArrowRight');
    expect(await caption.textContent()).toBe('Step 2');
  });

  it('enlarges a picture, leads to its neighbours and closes again', async () => {
    const page = await openReport(await makeRunFolder({ previews }));
    await page.getByRole('button', { name: 'bridge in the style of wave after step 100' }).click();
    const viewer = page.getByRole('dialog');
    expect(await viewer.textContent()).toContain('bridge: Step 100');
    await page.keyboard.press('ArrowRight');
    expect(await viewer.textContent()).toContain('bridge: Step 200');
    await page.keyboard.press('Escape');
    expect(await viewer.isVisible()).toBe(false);
  });

  it('shows figures and pictures without JavaScript', async () => {
    const page = await openReport(await makeRunFolder({ previews }), { javaScriptEnabled: false });
    for (const text of ['In training', 'Step 200, the latest', 'The chart needs JavaScript']) {
      expect(await page.getByText(text).first().isVisible(), text).toBe(true);
    }
    expect(await page.getByRole('img').count()).toBe(5);
    expect(await page.getByRole('checkbox').count()).toBe(0);
  });

  it('follows a run that is being trained without being loaded anew', async () => {
    const folder = await makeRunFolder({ steps: 300 });
    const server = await WatchServer.open({ folder, port: 0 });
    onTestFinished(() => server.close());
    const page = await openPage(server.url);
    await page.evaluate(`document.body.classList.add('same-page')`);
    await page.getByText('Live', { exact: true }).waitFor();
    await appendFile(join(folder, 'metrics.jsonl'), stepLine(201));
    await page.getByText('Step 201, the latest').waitFor();
    expect(await page.locator('[data-field="step"]').textContent()).toBe('201');
    await writeFile(join(folder, 'warnings.jsonl'), '{"step":201,"time":"2026-01-02","message":"Look out"}\n');
    await page.getByText('Look out').waitFor();
    await server.close('stopped');
    await page.getByText('Training stopped after step 201; this page no longer changes.').waitFor();
    expect(await page.locator('body.same-page').count()).toBe(1);
  });
});

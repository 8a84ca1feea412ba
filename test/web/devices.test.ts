import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createStylizer } from '../../src/infer/index.node.ts';
import { stylizeFile } from '../../src/infer/stylize-file.node.ts';
import { chromiumPath } from '../helpers/chromium.ts';
import { smoothPicture, toSharp } from '../helpers/pictures.ts';
import { swiftShaderDriver } from '../helpers/swiftshader.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import {
  chooseFile,
  meanDifference,
  openApp,
  runOn,
  savePainting,
  servedSite,
  softwareWebGpu,
  waitUntilPainted,
} from './site.ts';

describe.skipIf(chromiumPath === undefined || swiftShaderDriver === undefined)('WebGPU in Chromium', () => {
  const site = servedSite({ browserArguments: softwareWebGpu });

  it('paints as Node does where it is asked for', async () => {
    const page = await openApp(site());
    await runOn(page, 'webgpu');
    const input = join(await temporaryFolder(), 'tiny.png');
    await toSharp(smoothPicture(32, 32)).toFile(input);
    await page.locator('#picture-file').setInputFiles(input);
    await waitUntilPainted(page);
    expect(await page.locator('#device').textContent()).toBe('Graphics card');
    const { bytes } = await savePainting(page, 'png');
    const model = join(site().styles, 'first-style.onnx');
    const stylizer = await createStylizer(model, { device: 'cpu' });
    const output = join(await temporaryFolder(), 'painted.png');
    await stylizeFile(stylizer, input, output);
    await stylizer.release();
    expect(await meanDifference(bytes, output)).toBeLessThan(1);
  });

  it('gives way to the processor where it fails, and says so', async () => {
    // What WebGPU needs cannot be had, as with a driver that fails. The service worker would fetch past the route.
    const page = await openApp(site(), { serviceWorkers: 'block' }, (context) =>
      context.route(/asyncify.*\.mjs$/, (route) => route.fulfill({ contentType: 'text/javascript', body: '' })),
    );
    await runOn(page, 'webgpu');
    await chooseFile(page, 'tiny.png', await toSharp(smoothPicture(32, 32)).png().toBuffer());
    await waitUntilPainted(page);
    expect(await page.locator('#device').textContent()).toMatch(/^Processor, \d+ thread/);
    expect(await page.locator('#about-runtime').textContent()).toContain('The graphics card (WebGPU) failed');
  });
});

describe.skipIf(chromiumPath === undefined)('a host without headers, and a browser without WebGPU', () => {
  const site = servedSite({ headers: false, browserArguments: ['--disable-features=WebGPUService'] });

  it('the page paints in one thread at first, and says why; from the second visit on in several', async () => {
    const page = await openApp(site());
    await runOn(page, 'webgpu');
    const picture = await toSharp(smoothPicture(32, 32)).png().toBuffer();
    await chooseFile(page, 'tiny.png', picture);
    await waitUntilPainted(page);
    expect(await page.locator('#device').textContent()).toBe('Processor, 1 thread');
    const facts = await page.locator('#about-runtime').textContent();
    expect(facts).toMatch(/no graphics card \(WebGPU\) here, so the processor is used.*COOP and COEP/);
    await page.reload();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await chooseFile(page, 'tiny.png', picture);
    await waitUntilPainted(page);
    const threads = await page.evaluate(() => Math.min(8, navigator.hardwareConcurrency));
    expect(await page.locator('#device').textContent()).toMatch(new RegExp(`^Processor, ${threads} thread`));
  });
});

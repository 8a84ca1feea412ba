import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../helpers/chromium.ts';
import { openApp, savePainting, servedSite, waitUntilPainted } from './site.ts';

const fakeCamera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

describe.skipIf(chromiumPath === undefined)('the camera in Chromium', () => {
  const site = servedSite({ browserArguments: fakeCamera });

  it('is painted live until it is stopped, and gives a picture of its full size', async () => {
    const page = await openApp(site());
    // Every track that the page is given, so that the test sees whether it has been released.
    await page.evaluate(() => {
      const { mediaDevices } = navigator;
      const original = mediaDevices.getUserMedia.bind(mediaDevices);
      const tracks: MediaStreamTrack[] = [];
      Object.assign(globalThis, { tracks });
      mediaDevices.getUserMedia = async (wanted) => {
        const stream = await original(wanted);
        tracks.push(...stream.getTracks());
        return stream;
      };
    });
    const states = () => page.evaluate('tracks.map(({ readyState }) => readyState)');
    const shown = () =>
      page.locator('#live-canvas').evaluate((canvas) => canvas instanceof HTMLCanvasElement && canvas.toDataURL());

    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.locator('#live-facts').getByText('pictures a second').waitFor();
    expect(await states()).toEqual(['live']);
    const first = await shown();
    await page.waitForFunction((first) => {
      const canvas = document.querySelector('canvas#live-canvas');
      return canvas instanceof HTMLCanvasElement && canvas.toDataURL() !== first;
    }, first);
    await page.getByRole('button', { name: 'Stop' }).click();
    expect(await states()).toEqual(['ended']);
    expect(await page.locator('#welcome').isVisible()).toBe(true);

    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.getByRole('button', { name: 'Take a picture' }).click();
    await waitUntilPainted(page);
    expect(await states()).toEqual(['ended', 'ended']);
    const { name, bytes } = await savePainting(page, 'jpeg');
    expect(name).toBe('camera-First-style.jpg');
    const { width = 0, height = 0 } = await sharp(bytes).metadata();
    expect(width * height).toBeGreaterThanOrEqual(640 * 480);
  });
});

describe.skipIf(chromiumPath === undefined)('a device without a camera', () => {
  const site = servedSite();

  it('is told so', async () => {
    const page = await openApp(site());
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.locator('#message-text').getByText('camera').waitFor();
    expect(await page.locator('#welcome').isVisible()).toBe(true);
  });
});

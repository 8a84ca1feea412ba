import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** Where packages put Chromium: Debian, Fedora, Google Chrome. */
const wellKnownPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The Chromium of this machine; tests that need it skip themselves where it is undefined. */
export const chromiumPath = wellKnownPlaces.find((path) => existsSync(path));

/** Starts Chromium for the current test. */
export async function openBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('Expected Chromium but found none');
  // Containers run as root, which Chromium's sandbox refuses; the pages opened are our own.
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
  onTestFinished(() => browser.close());
  return browser;
}

import type { WantedDevice } from '../../../src/infer/open-stylizer.browser.ts';

export type { WantedDevice };

const devices: readonly WantedDevice[] = ['auto', 'webgpu', 'wasm'];

export function isWantedDevice(value: string): value is WantedDevice {
  return devices.some((device) => device === value);
}

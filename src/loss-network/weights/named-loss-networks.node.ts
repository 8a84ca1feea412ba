import { fileURLToPath } from 'node:url';

/** Loss networks that need no file: by name. */
export const lossNetworkNames = ['vgg19-lite', 'vgg19', 'vgg16'] as const;
export type LossNetworkName = (typeof lossNetworkNames)[number];

/** The loss network that comes with impasto (artifacts/loss-networks/vgg19-lite). */
export const shippedLossNetwork = fileURLToPath(
  new URL('../../../artifacts/loss-networks/vgg19-lite/vgg19-lite.safetensors', import.meta.url),
);

export function isLossNetworkName(nameOrPath: string): nameOrPath is LossNetworkName {
  return lossNetworkNames.some((name) => name === nameOrPath);
}

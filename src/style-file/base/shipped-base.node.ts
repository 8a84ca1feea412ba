import { fileURLToPath } from 'node:url';

/** The base that comes with impasto. */
export const shippedBase = fileURLToPath(new URL('../../../artifacts/museum/base.safetensors', import.meta.url));

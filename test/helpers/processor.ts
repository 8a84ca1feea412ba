import { readFileSync } from 'node:fs';
import { arch } from 'node:os';

/**
 * Whether ONNX Runtime multiplies uint8 by int8 exactly here. On x86 processors without VNNI its kernel adds pairs of
 * products in 16 bits, which overflow where weights use all of int8's range; tests of such products skip themselves there.
 */
export const multipliesBytesExactly = arch() !== 'x64' || /\bavx(512)?_vnni\b/.test(processorFlags());

/** The processor's features as Linux lists them; elsewhere VNNI is supposed. */
function processorFlags(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return 'avx_vnni';
  }
}

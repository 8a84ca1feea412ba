import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Whether ONNX Runtime's CUDA provider lies beside the runtime; not whether it works. */
export function cudaProviderInstalled(): boolean {
  return existsSync(nativeFile(process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : providers.cuda));
}

/**
 * What the system's loader says of the CUDA provider. ONNX Runtime's exception has only "Failed to load shared library";
 * the library's name goes to its log. Asked after that exception, so that nothing is loaded that was not tried already.
 * @returns undefined if the loader has no complaint
 */
export function loaderComplaint(): string | undefined {
  for (const file of [providers.shared, providers.cuda]) {
    try {
      process.dlopen({ exports: {} }, nativeFile(file));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      // Loaded, and no addon for Node, which nobody expected it to be.
      if (!message.startsWith('Module did not self-register')) return message;
    }
  }
  return undefined;
}

const providers = { shared: 'libonnxruntime_providers_shared.so', cuda: 'libonnxruntime_providers_cuda.so' } as const;

function nativeFile(name: string): string {
  const packageFolder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  return join(packageFolder, 'bin', 'napi-v6', process.platform, process.arch, name);
}

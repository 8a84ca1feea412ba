// First, before the runtime's library is loaded.
import '../infer/disable-telemetry.node.ts';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ort from 'onnxruntime-node';

/**
 * A model in ONNX Runtime's own format (.ort), which its reduced builds for mobile devices load: written by the runtime
 * itself after its optimisations for any CPU ("extended"; those for the blocks of this one's registers are left out).
 */
export async function toOrtFormat(model: Uint8Array): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'impasto-'));
  try {
    const path = join(folder, 'model.ort');
    const session = await ort.InferenceSession.create(model, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'extended',
      optimizedModelFilePath: path,
      extra: { session: { save_model_format: 'ORT' } },
      logSeverityLevel: 4,
    });
    await session.release();
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

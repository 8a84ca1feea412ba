import { diagnose } from '../../evaluate/doctor/diagnose.ts';
import { pairsOfModel } from '../../evaluate/objective/evaluate-pairs.node.ts';
import { writeWholeFile } from '../../files/write-file.node.ts';
import { decodeResized } from '../../image/decode.node.ts';
import { loadStylizer } from '../../infer/open-stylizer.node.ts';
import type { SessionOptions } from '../../infer/session.node.ts';
import { faultsPath } from '../../report/faults-file.node.ts';
import type { TrainingConfiguration } from '../../style-file/training-configuration.ts';
import type { TrainingResult } from '../../train/run/run-training.node.ts';
import { doctorPhotographs, paintInTurn } from './pictures.ts';
import { findingsLine } from './table.ts';

/** Few and small, so that the end of a training does not keep anybody waiting. */
const photographs = 3;
const longSide = 384;

/**
 * Looks for faults in what a run has trained: one line on stderr says what was found, and faults.json in its folder, which
 * its report shows. Faults do not fail the run, nor does it if they cannot be looked for.
 */
export async function examineTrained(
  { model, step }: Pick<TrainingResult, 'model' | 'step'>,
  folder: string,
  { style, styleSize, styleCrop }: Pick<TrainingConfiguration, 'style' | 'styleSize' | 'styleCrop'>,
  { device, threads }: SessionOptions,
): Promise<void> {
  try {
    const painting = await decodeResized(style, { shortSide: styleSize, region: styleCrop });
    const { stylizer } = await loadStylizer(model, { device, threads });
    const pictures = paintInTurn(doctorPhotographs(photographs), pairsOfModel(stylizer, longSide));
    const findings = await diagnose(pictures, painting).finally(() => stylizer.release());
    await writeWholeFile(faultsPath(folder), `${JSON.stringify({ step, findings }, null, 2)}\n`);
    process.stderr.write(`${findingsLine(findings)}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`Faults could not be looked for (${reason}); the model is complete\n`);
  }
}

import { join } from 'node:path';
import { writeWholeFile } from '../../files/write-file.node.ts';
import { decodeResized } from '../../image/decode.node.ts';
import { encodeThumbnail } from '../../image/encode.node.ts';
import type { CreateSession } from '../../loss-network/objective/graph-session.ts';
import { loadObjective } from '../../loss-network/objective/load-objective.node.ts';
import { objectiveFeeds } from '../../loss-network/objective/objective-feeds.ts';
import { computeStyleTargets } from '../../loss-network/objective/style-targets.ts';
import { exportModel } from '../../style-file/export-model.ts';
import { recipeOf, type TrainingConfiguration } from '../../style-file/training-configuration.ts';
import { styleRun } from '../checkpoint.ts';
import { startingPoint } from '../starting-point.node.ts';
import { createTrainer } from '../training-sessions.ts';
import { loadPreviewsOf, writePreviews } from './previews.node.ts';
import { provenanceOf } from './provenance.node.ts';
import { type Run, type RunParts, type RunPhotographs, runSteps, type TrainingResult } from './run.node.ts';
import { type Preview, stylizePreviews } from './stylize-previews.ts';
import { createValidator } from './validation.node.ts';

/** The training of one style. */
export type TrainingRun = Run<TrainingConfiguration>;

export type { TrainingResult } from './run.node.ts';

/**
 * Trains a style from files to files: DIR/model.onnx and the run's other files, as `runSteps` describes them.
 * @throws as `runSteps` does
 */
export async function runTraining(run: TrainingRun): Promise<TrainingResult> {
  return runSteps(styleRun, run, (photographs) => prepare(run, photographs));
}

async function prepare(run: TrainingRun, { training, validation, fingerprint }: RunPhotographs): Promise<RunParts> {
  const { configuration, createSession, target, stepsPerRun, version } = run;
  const { network, weights, layerWeights, size } = configuration;
  const style = await decodeResized(configuration.style, {
    shortSide: configuration.styleSize,
    region: configuration.styleCrop,
  });
  const previews = await loadPreviewsOf(configuration.previews, [...validation, ...training]);
  const objective = await loadObjective(configuration.lossNetwork, recipeOf(configuration));
  const styleTargets = await computeStyleTargets(objective, style, createSession);
  const constants = objectiveFeeds({ styleTargets, weights, layerWeights });
  const { part, firstState, networkOf } = await startingPoint(configuration, style, createSession);
  const judged = { network, objective, size, constants, files: validation, createSession, part };
  const validator = await createValidator(judged);
  const provenance = await provenanceOf({ configuration, objective, fingerprint, validation: validation.length });
  return {
    trainer: await createTrainer({ configuration, objective, constants, stepsPerRun, createSession, target, part }),
    validator,
    modelFile,
    firstState,
    saveModel: (folder, state) => {
      const model = (thumbnail?: string) =>
        exportModel(networkOf(state), { step: state.step, provenance, version, thumbnail });
      return saveModel(folder, state.step, { model, previews, createSession });
    },
  };
}

const modelFile = 'model.onnx';

interface SavedStyle {
  /** The bytes of model.onnx. */
  readonly model: (thumbnail?: string) => Uint8Array;
  readonly previews: readonly Preview[];
  readonly createSession: CreateSession;
}

/** Writes model.onnx and what it makes of the preview photographs, the first of which is its thumbnail. */
async function saveModel(folder: string, step: number, { model, previews, createSession }: SavedStyle): Promise<void> {
  const stylized = await stylizePreviews(previews, model(), createSession);
  const [first] = stylized;
  await writeWholeFile(join(folder, modelFile), model(first && (await encodeThumbnail(first.picture))));
  await writePreviews(folder, stylized, step);
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transformNetworkParameters } from '../graph-builder/networks/transform-network.ts';
import { decodeResized } from '../image/decode.node.ts';
import { encodeThumbnail } from '../image/encode.node.ts';
import type { Picture } from '../image/picture.ts';
import { writeWholeFile } from '../image/write-file.node.ts';
import { readBaseFile } from './base/base-file.node.ts';
import { isBaseFile } from './base/base-file.ts';
import { predictedNetwork } from './base/predicted-network.ts';
import { styleRun } from './checkpoint.ts';
import { recipeOf, type TrainingConfiguration } from './configuration.ts';
import { exportModel } from './export-model.ts';
import { loadObjective } from './load-objective.node.ts';
import { objectiveFeeds } from './objective-feeds.ts';
import { loadPreviewsOf, writePreviews } from './previews.node.ts';
import { type Run, type RunParts, type RunPhotographs, runSteps, type TrainingResult } from './run.node.ts';
import { readStartingNetwork } from './starting-network.ts';
import { computeStyleTargets } from './style-targets.ts';
import { provenanceOf } from './styles/provenance.node.ts';
import type { Provenance } from './styles/style-metadata.ts';
import { type Preview, stylizePreviews } from './stylize-previews.ts';
import { createTrainer } from './training-sessions.ts';
import { initialState, startingFrom, type TrainingState } from './training-state.ts';
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
  const { configuration, createSession, stepsPerRun } = run;
  const { network, weights, layerWeights, size } = configuration;
  const style = await decodeResized(configuration.style, {
    shortSide: configuration.styleSize,
    region: configuration.styleCrop,
  });
  const previews = await loadPreviewsOf(configuration.previews, [...validation, ...training]);
  const objective = await loadObjective(configuration.lossNetwork, recipeOf(configuration));
  const styleTargets = await computeStyleTargets(objective, style, createSession);
  const constants = objectiveFeeds({ styleTargets, weights, layerWeights });
  const judged = { network, objective, size, constants, files: validation, createSession };
  const validator = await createValidator(judged);
  const provenance = await provenanceOf({ configuration, objective, fingerprint, validation: validation.length });
  return {
    trainer: await createTrainer({ configuration, objective, constants, stepsPerRun, createSession }),
    validator,
    modelFile,
    firstState: () => firstState(run, style),
    saveModel: (folder, state) => saveModel(folder, state, { run, provenance, previews }),
  };
}

/** The state before the first step: a new network, that of a style, or what a base predicts for the painting. */
async function firstState({ configuration, createSession }: TrainingRun, painting: Picture): Promise<TrainingState> {
  const { from, network, seed } = configuration;
  if (from === undefined) return initialState(transformNetworkParameters(network), seed);
  if (!isBaseFile(from)) return startingFrom(readStartingNetwork(await readFile(from), from).parameters);
  const base = await readBaseFile(from);
  const objective = await loadObjective(base.description.lossNetwork, recipeOf(base.description));
  return startingFrom(await predictedNetwork(base, objective, painting, createSession));
}

const modelFile = 'model.onnx';

interface SavedStyle {
  readonly run: Pick<TrainingRun, 'createSession' | 'version'>;
  readonly provenance: Provenance;
  readonly previews: readonly Preview[];
}

/** Writes model.onnx and what it makes of the preview photographs, the first of which is its thumbnail. */
async function saveModel(
  folder: string,
  state: TrainingState,
  { run: { createSession, version }, provenance, previews }: SavedStyle,
): Promise<void> {
  const model = (thumbnail?: string) => exportModel(state, { provenance, version, thumbnail });
  const stylized = await stylizePreviews(previews, model(), createSession);
  const [first] = stylized;
  await writeWholeFile(join(folder, modelFile), model(first && (await encodeThumbnail(first.picture))));
  await writePreviews(folder, stylized, state.step);
}

import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Tensor } from 'onnxruntime-common';
import { writeWholeFile } from '../../files/write-file.node.ts';
import { trainedShapes } from '../../graph-builder/networks/trained-part.ts';
import type { Objective } from '../../graph-builder/objective/objective.ts';
import { writeOnnx } from '../../graph-builder/onnx/onnx-file.ts';
import { paintingGraph } from '../../graph-builder/programs/painting-graph.ts';
import { type CreateSession, toOrtTensor } from '../../loss-network/objective/graph-session.ts';
import { loadObjective } from '../../loss-network/objective/load-objective.node.ts';
import { objectiveFeeds } from '../../loss-network/objective/objective-feeds.ts';
import { writeInferenceModel } from '../../lowering/inference-model.ts';
import { type BaseConfiguration, basePart, type DescriptorScale } from '../../style-file/base/base-configuration.ts';
import { readBaseFile } from '../../style-file/base/base-file.node.ts';
import { isBaseFile, writeBase } from '../../style-file/base/base-file.ts';
import { descriptorScaleOf, standardizedDescriptor } from '../../style-file/base/descriptor-scale.ts';
import { networkInStyle, predictStyle } from '../../style-file/base/predict-style.ts';
import { readStartingNetwork } from '../../style-file/starting-network.ts';
import { recipeOf } from '../../style-file/training-configuration.ts';
import { loadPreviewsOf, writePreviews } from '../run/previews.node.ts';
import { portableName } from '../run/provenance.node.ts';
import { type Run, type RunParts, type RunPhotographs, runSteps, type TrainingResult } from '../run/run.node.ts';
import { type Preview, stylizePreviews } from '../run/stylize-previews.ts';
import { createValidator } from '../run/validation.node.ts';
import { createTrainer } from '../training-sessions.ts';
import { initialState, parameterValues, startingFrom, type TrainingState } from '../training-state.ts';
import { baseRun } from './base-run.ts';
import type { PaintingStyle } from './look-at-painting.ts';
import { choosePainting, listPaintings, original, type PaintingFile } from './painting-choice.ts';
import { PaintingStyles } from './painting-styles.node.ts';

/** The training of a base. */
export type BaseTrainingRun = Run<BaseConfiguration>;

const modelFile = 'base.safetensors';

/** How many paintings the previews show and the validation judges by: the first ones. */
const shownPaintings = { previews: 4, validation: 8 };

/** The paintings of a base, ready to be looked at: each of their variants once, by whoever asks first. */
export interface OpenPaintings {
  readonly objective: Objective;
  readonly styles: PaintingStyles;
  readonly release: () => Promise<void>;
}

/**
 * Loads what paintings are looked at with.
 * @param onNotice told one sentence of a painting that is read in a way that may not be expected
 * @throws if the loss network is not to be had
 */
export async function openPaintings(
  configuration: Omit<BaseConfiguration, 'descriptorScale'>,
  createSession: CreateSession,
  onNotice: (sentence: string) => void,
): Promise<OpenPaintings> {
  const objective = await loadObjective(configuration.lossNetwork, recipeOf(configuration));
  const session = await createSession(writeOnnx(paintingGraph(objective)));
  const styles = new PaintingStyles(session, configuration.seed, onNotice);
  return { objective, styles, release: () => session.release() };
}

/**
 * Looks at all paintings as they are, before a base is trained on them.
 * @returns what the descriptors of paintings are divided by
 * @throws if one of the paintings is not a picture
 */
export async function measurePaintings(
  configuration: Pick<BaseConfiguration, 'paintings'>,
  { styles }: Pick<OpenPaintings, 'styles'>,
): Promise<DescriptorScale> {
  const descriptors: Float32Array[] = [];
  for (const painting of listPaintings(configuration)) {
    descriptors.push((await styles.styleOf(painting, original)).descriptor);
  }
  return descriptorScaleOf(descriptors);
}

/**
 * Trains a base: one network for many paintings, and the prediction of a painting's scales and biases. Files as `runSteps`
 * writes them; the model is base.safetensors.
 * @param paintings of the same configuration; they stay open
 * @throws as `runSteps` does
 */
export async function runBaseTraining(run: BaseTrainingRun, paintings: OpenPaintings): Promise<TrainingResult> {
  const { objective, styles } = paintings;
  return runSteps(baseRun, run, (photographs) => prepare(run, { objective, styles, photographs }));
}

/** What a run's parts are made from. */
interface Sources {
  readonly objective: Objective;
  readonly styles: PaintingStyles;
  readonly photographs: RunPhotographs;
}

async function prepare(run: BaseTrainingRun, { objective, styles, photographs }: Sources): Promise<RunParts> {
  const { configuration, createSession, target, stepsPerRun } = run;
  const { network, weights, layerWeights, size, descriptorScale } = configuration;
  const { training, validation } = photographs;
  const part = basePart(configuration);
  const constants = objectiveFeeds({ styleTargets: new Map(), weights, layerWeights });
  const shown: ShownPainting[] = [];
  for (const painting of listPaintings(configuration).slice(0, shownPaintings.validation)) {
    shown.push({ ...painting, style: await styles.styleOf(painting, original) });
  }
  const previews = await loadPreviewsOf(configuration.previews, [...validation, ...training]);
  const paintings = shown.map(({ style }) => paintingFeeds(style, descriptorScale));
  const paintingOf = async (step: number, part: number) => {
    const { painting, variant } = choosePainting(configuration, step, part);
    return paintingFeeds(await styles.styleOf(painting, variant), descriptorScale);
  };
  return {
    trainer: await createTrainer({
      configuration,
      objective,
      constants,
      stepsPerRun,
      createSession,
      target,
      part,
      paintingOf,
    }),
    validator: await createValidator({
      network,
      objective,
      size,
      constants,
      files: validation,
      createSession,
      part,
      paintings,
    }),
    modelFile,
    firstState: () => firstState(configuration),
    saveModel: (folder, state) =>
      saveBase(folder, state, { run, previews, shown: shown.slice(0, shownPaintings.previews) }),
  };
}

/**
 * The state before the first step: that of another base; or a new network, or that of a style, with a prediction that
 * predicts next to nothing.
 */
async function firstState(configuration: BaseConfiguration): Promise<TrainingState> {
  const { network, from, seed } = configuration;
  const initial = initialState(trainedShapes(network, basePart(configuration)), seed);
  if (from === undefined) return initial;
  const { parameters } = isBaseFile(from) ? await readBaseFile(from) : readStartingNetwork(await readFile(from), from);
  return startingFrom(new Map([...parameterValues(initial), ...parameters]));
}

/** What a base's graphs read of a painting, by input name. */
function paintingFeeds({ targets, descriptor }: PaintingStyle, scale: DescriptorScale): Record<string, Tensor> {
  return { ...targets, descriptor: toOrtTensor(standardizedDescriptor(descriptor, scale)) };
}

/** A painting whose style the previews show. */
interface ShownPainting extends PaintingFile {
  readonly style: PaintingStyle;
}

interface SavedBase {
  readonly run: BaseTrainingRun;
  readonly previews: readonly Preview[];
  readonly shown: readonly ShownPainting[];
}

/** Writes base.safetensors, and what it makes of the preview photographs in the styles of some paintings. */
async function saveBase(folder: string, state: TrainingState, { run, previews, shown }: SavedBase): Promise<void> {
  const { configuration, createSession } = run;
  const { network, bottleneck, recipe, pyramidLevels, lossNetwork, descriptorScale } = configuration;
  const names = { recipe, lossNetwork: portableName(lossNetwork) };
  const description = { network, bottleneck, ...names, pyramidLevels, step: state.step };
  const base = { network, descriptorScale, parameters: parameterValues(state), description };
  await writeWholeFile(join(folder, modelFile), writeBase(base));
  for (const { path, style } of shown) {
    const parameters = networkInStyle(base, predictStyle(base, style.descriptor));
    const stylized = await stylizePreviews(previews, writeInferenceModel(network, parameters), createSession);
    const painting = basename(path, extname(path));
    const named = stylized.map((preview) => ({ ...preview, name: `${preview.name}-${painting}` }));
    await writePreviews(folder, named, state.step);
  }
}

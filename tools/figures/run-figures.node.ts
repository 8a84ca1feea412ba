import { previewPath } from '../../src/files/preview-files.node.ts';
import { recipes } from '../../src/graph-builder/objective/recipes.ts';
import { decodePicture, decodeResized } from '../../src/image/decode.node.ts';
import type { Picture } from '../../src/image/picture.ts';
import type { CreateSession } from '../../src/loss-network/objective/graph-session.ts';
import { loadObjective } from '../../src/loss-network/objective/load-objective.node.ts';
import { RunReader } from '../../src/report/run-reader.node.ts';
import type { RunRecord } from '../../src/report/run-record.ts';
import {
  type TrainingConfiguration,
  trainingConfigurationSchema,
} from '../../src/style-file/training-configuration.ts';
import { stylizePreviews } from '../../src/train/run/stylize-previews.ts';
import { featureMaps } from './feature-maps.ts';
import { featureMapsFigure } from './feature-maps-figure.node.ts';
import { gramMatrices } from './gram-matrices.ts';
import { gramMatricesFigure, type PictureGrams } from './gram-matrices-figure.node.ts';
import { lossCurvesFigure } from './loss-curves-figure.ts';
import { rasterized } from './raster.node.ts';
import { shownSteps, stepsFigure } from './steps-figure.node.ts';
import { transformNetworkFigure } from './transform-network-figure.ts';

/** What figures are made of. */
export interface FigureSources {
  /** The folder of a training run. */
  readonly run: string;
  /** Gives the bytes of its model.onnx. */
  readonly readModel: () => Promise<Uint8Array>;
  readonly photograph: Picture;
  readonly createSession: CreateSession;
}

/** relu1_1 to relu4_1. */
const featureLayers = recipes.balanced.styleLayers;
const channelsShown = 4;
/** One layer of colours and edges, one of motifs. */
const gramLayers = ['relu1_1', 'relu3_1'] as const;

/**
 * The figures of docs/how-it-works.md from a training run, by their file names. Same run, photograph and fonts, same bytes.
 * @throws one sentence if the folder is no run, has no previews or fewer than two steps, or a file that it needs is missing
 */
export async function runFigures({
  run,
  readModel,
  photograph,
  createSession,
}: FigureSources): Promise<ReadonlyMap<string, Uint8Array>> {
  const reader = new RunReader(run);
  await reader.refresh();
  const record = reader.record();
  const configuration = requireConfiguration(run, record);
  const curves = lossCurvesFigure(record.points, record.validation);
  const steps = await paintedSteps(run, record);
  const model = await readModel();
  const { lossNetwork } = await loadObjective(configuration.lossNetwork, recipes.balanced);
  const painting = await decodeResized(configuration.style, {
    shortSide: configuration.styleSize,
    region: configuration.styleCrop,
  });
  const [stylized] = await stylizePreviews([{ name: 'photograph', photograph }], model, createSession);
  const withGrams = async (picture: Picture): Promise<PictureGrams> => ({
    picture,
    grams: await gramMatrices(lossNetwork, gramLayers, picture, createSession),
  });
  const grams = {
    painting: await withGrams(painting),
    photograph: await withGrams(photograph),
    result: await withGrams(stylized?.picture ?? photograph),
  };
  const maps = await featureMaps(lossNetwork, featureLayers, photograph, channelsShown, createSession);
  return new Map([
    ['feature-maps.webp', await rasterized(await featureMapsFigure(photograph, maps))],
    ['gram-matrices.webp', await rasterized(await gramMatricesFigure(grams, gramLayers))],
    ['loss-curves.svg', Buffer.from(curves)],
    ['steps.webp', await rasterized(await stepsFigure(steps))],
    ['transform-network.svg', Buffer.from(transformNetworkFigure(configuration.network, configuration.size))],
  ]);
}

function requireConfiguration(run: string, { configuration }: RunRecord): TrainingConfiguration {
  const parsed = trainingConfigurationSchema.safeParse(Object.fromEntries(configuration.all));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(
    `Expected a run of this version of impasto in ${run} but its config.json has another ${issue?.path.join('.')}`,
  );
}

/** The run's first preview photograph at the steps that are shown. */
async function paintedSteps(run: string, { previews }: RunRecord) {
  const [preview] = previews;
  if (!preview) throw new Error(`Expected pictures of a training run's previews in ${run} but found none`);
  const { name, steps } = preview;
  return Promise.all(
    shownSteps(steps).map(async (step) => ({ step, picture: await decodePicture(previewPath(run, name, step)) })),
  );
}

import { readFile } from 'node:fs/promises';
import { type FloatTensor, floatTensor } from '../graph-builder/ir/tensor.ts';
import { styleDifferences, type TrainedPart } from '../graph-builder/networks/trained-part.ts';
import { transformNetworkParameters } from '../graph-builder/networks/transform-network.ts';
import type { Picture } from '../image/picture.ts';
import type { CreateSession } from '../loss-network/objective/graph-session.ts';
import { readBaseFile } from '../style-file/base/base-file.node.ts';
import { isBaseFile } from '../style-file/base/base-file.ts';
import { networkInStyle, ownStyle } from '../style-file/base/predict-style.ts';
import { readStartingNetwork } from '../style-file/starting-network.ts';
import type { TrainingConfiguration } from '../style-file/training-configuration.ts';
import { predictedStyle } from './base/predicted-model.node.ts';
import { initialState, parameterValues, startingFrom, type TrainingState } from './training-state.ts';

/** What a style's training begins with, and what of it is trained. */
export interface StartingPoint {
  readonly part: TrainedPart;
  /** The state before the first step. */
  readonly firstState: () => Promise<TrainingState>;
  /** The transform network's parameters in a state. */
  readonly networkOf: (state: TrainingState) => ReadonlyMap<string, FloatTensor>;
}

/**
 * What a configuration begins with: a new network, that of another style, or what a base predicts for the painting.
 * @throws if the file that it names cannot be read
 */
export async function startingPoint(
  { from, network, seed, tune }: Pick<TrainingConfiguration, 'from' | 'network' | 'seed' | 'tune'>,
  painting: Picture,
  createSession: CreateSession,
): Promise<StartingPoint> {
  const whole = { part: { kind: 'network' }, networkOf: parameterValues } as const;
  if (from === undefined) {
    return { ...whole, firstState: async () => initialState(transformNetworkParameters(network), seed) };
  }
  if (!isBaseFile(from)) {
    return {
      ...whole,
      firstState: async () => startingFrom(readStartingNetwork(await readFile(from), from).parameters),
    };
  }
  const base = await readBaseFile(from);
  const predicted = () => predictedStyle(base, painting, createSession);
  if (tune !== 'style') {
    return { ...whole, firstState: async () => startingFrom(networkInStyle(base, await predicted())) };
  }
  const own = ownStyle(base);
  return {
    part: { kind: 'style', base: base.parameters },
    firstState: async () => startingFrom(new Map([[styleDifferences, differencesOf(await predicted(), own)]])),
    networkOf: ({ parameters }) => {
      const { data } = parameters.get(styleDifferences)?.value ?? differencesOf(own, own);
      return networkInStyle(
        base,
        data.map((difference, at) => difference + (own[at] ?? 0)),
      );
    },
  };
}

/** [K, 1] */
function differencesOf(style: Float32Array, own: Float32Array): FloatTensor {
  return floatTensor(
    [style.length, 1],
    style.map((number, at) => number - (own[at] ?? 0)),
  );
}

import type { Measures } from '../../src/evaluate/perception/measures.ts';
import { openPerceptionJudge } from '../../src/evaluate/perception/open-perception-judge.node.ts';
import { loadPerceptionNetwork } from '../../src/evaluate/perception/perception-network.node.ts';
import { recipes } from '../../src/graph-builder/objective/recipes.ts';
import { decodeResized } from '../../src/image/decode.node.ts';
import { createSession } from '../../src/infer/session.node.ts';
import { createJudge, type JudgedPair } from '../../src/train/evaluate-judge.ts';
import { loadObjective } from '../../src/train/load-objective.node.ts';
import { objectiveFeeds } from '../../src/train/objective-feeds.ts';

import { computeStyleTargets } from '../../src/train/style-targets.ts';

/** Short side that paintings are resized to: that of a training. */
const styleSize = 384;

/** Measures pictures in the style of one painting. */
export interface PaintingJudge {
  /** What `impasto evaluate` measures, the terms of the objective under `objective.loss` and so on. */
  measure(pair: JudgedPair): Promise<Measures>;
  release(): Promise<void>;
}

/** @param lossNetwork by which eyes are imitated, a name or a path; the objective takes its recipe's */
export async function openJudge(style: string, lossNetwork: string, threads: number): Promise<PaintingJudge> {
  const session = async (graph: Uint8Array) => (await createSession(graph, { device: 'cpu', threads })).session;
  const network = await loadPerceptionNetwork(lossNetwork);
  const perception = await openPerceptionJudge({ style, styleSize, network, createSession: session });
  const objective = await loadObjective(recipes.balanced.lossNetwork, recipes.balanced);
  const painting = await decodeResized(style, { shortSide: styleSize });
  const styleTargets = await computeStyleTargets(objective, painting, session);
  const { weights, layerWeights } = recipes.balanced;
  const judge = await createJudge(objective, objectiveFeeds({ styleTargets, weights, layerWeights }), session);
  return {
    measure: async (pair) => {
      const { loss, content, style } = await judge.judge(pair);
      const terms = { 'objective.loss': loss, 'objective.style': style, 'objective.content': content };
      return { ...(await perception.measure(pair)), ...terms };
    },
    release: async () => {
      await perception.release();
      await judge.release();
    },
  };
}

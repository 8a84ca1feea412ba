import type { Measures } from '../../src/evaluate/perception/measures.ts';
import { openPerceptionJudge } from '../../src/evaluate/perception/open-perception-judge.node.ts';
import { loadPerceptionNetwork } from '../../src/evaluate/perception/perception-network.node.ts';
import { recipes } from '../../src/graph-builder/objective/recipes.ts';
import { decodeResized } from '../../src/image/decode.node.ts';
import type { Picture } from '../../src/image/picture.ts';
import { createSession } from '../../src/infer/session.node.ts';
import type { CreateSession } from '../../src/loss-network/objective/graph-session.ts';
import { createJudge, type JudgedPair } from '../../src/loss-network/objective/judge.ts';
import { loadObjective } from '../../src/loss-network/objective/load-objective.node.ts';
import { objectiveFeeds } from '../../src/loss-network/objective/objective-feeds.ts';

import { computeStyleTargets } from '../../src/loss-network/objective/style-targets.ts';

/** Recipes whose losses are compared with what people prefer. */
const relativeRecipes = ['balanced', 'motifs'] as const;

/** Measures pictures in the style of one painting. */
export interface PaintingJudge {
  /** What `impasto evaluate` measures, and the losses of two recipes with their terms, under `recipe NAME`. */
  measure(pair: JudgedPair): Promise<Measures>;
  release(): Promise<void>;
}

/** By what pictures are measured. */
export interface JudgeOptions {
  /** By which eyes are imitated, a name or a path; the objectives take their recipes'. */
  readonly lossNetwork: string;
  /** Short side that paintings are resized to. */
  readonly styleSize: number;
  readonly threads: number;
}

export async function openJudge(style: string, options: JudgeOptions): Promise<PaintingJudge> {
  const { lossNetwork, styleSize, threads } = options;
  const session = async (graph: Uint8Array) => (await createSession(graph, { device: 'cpu', threads })).session;
  const network = await loadPerceptionNetwork(lossNetwork);
  const perception = await openPerceptionJudge({ style, styleSize, network, createSession: session });
  const painting = await decodeResized(style, { shortSide: styleSize });
  const objectives = await Promise.all(relativeRecipes.map((recipe) => openObjective(recipe, painting, session)));
  return {
    measure: async (pair) => {
      const terms: Record<string, number> = {};
      for (const { recipe, judge } of objectives) {
        const { loss, style, content } = await judge.judge(pair);
        Object.assign(terms, {
          [`recipe ${recipe}`]: loss,
          [`recipe ${recipe}.style`]: style,
          [`recipe ${recipe}.content`]: content,
        });
      }
      return { ...(await perception.measure(pair)), ...terms };
    },
    release: async () => {
      await perception.release();
      await Promise.all(objectives.map(({ judge }) => judge.release()));
    },
  };
}

async function openObjective(
  recipe: (typeof relativeRecipes)[number],
  painting: Picture,
  createSession: CreateSession,
) {
  const { weights, layerWeights, lossNetwork } = recipes[recipe];
  const objective = await loadObjective(lossNetwork, recipes[recipe]);
  const styleTargets = await computeStyleTargets(objective, painting, createSession);
  const constants = objectiveFeeds({ styleTargets, weights, layerWeights });
  return { recipe, judge: await createJudge(objective, constants, createSession) };
}

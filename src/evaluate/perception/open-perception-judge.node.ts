import { decodeResized } from '../../image/decode.node.ts';
import type { Region } from '../../image/picture.ts';
import type { CreateSession } from '../../loss-network/objective/graph-session.ts';
import { createPerceptionJudge, type PerceptionJudge } from './perception-judge.ts';
import type { LoadedPerceptionNetwork } from './perception-network.node.ts';

/** Sizes at which a painting's motifs are looked for, beside that at which it is learnt: a style may have them larger or smaller. */
const motifSizes = [2 / 3, 1, 4 / 3] as const;

/** What pictures are compared with, and on which sessions. */
export interface PerceptionOptions {
  /** The painting's file. */
  readonly style: string;
  /** The part of it that pictures are compared with, in pixels; by default all of it. */
  readonly styleCrop?: Region | undefined;
  /** Short side that the painting is resized to, in pixels. */
  readonly styleSize: number;
  readonly network: LoadedPerceptionNetwork;
  readonly createSession: CreateSession;
}

/** @throws if the painting cannot be read */
export async function openPerceptionJudge(options: PerceptionOptions): Promise<PerceptionJudge> {
  const { style, styleCrop: region, styleSize, network, createSession } = options;
  const atSize = (factor: number) => decodeResized(style, { shortSide: Math.round(factor * styleSize), region });
  const painting = await atSize(1);
  const paintings = await Promise.all(motifSizes.map(atSize));
  return createPerceptionJudge({ weights: network.weights, painting, paintings, createSession });
}

import type { Tensor } from 'onnxruntime-common';
import { floatData } from './graph-session.ts';

/** The losses of a style's training: the objective's value and its unweighted terms, means over the batch. */
export interface StepLosses {
  readonly loss: number;
  readonly content: number;
  readonly style: number;
  readonly tv: number;
  /** Only where the stability term is a part of the objective. */
  readonly stability?: number;
}

/** A loss and its terms, as graphs of one kind give them: the output `loss` and each term as `loss.TERM`. */
export interface LossKind<Losses> {
  readonly terms: readonly (keyof Losses & string)[];
  readonly from: (figure: (term: keyof Losses & string) => number) => Losses;
}

export const styleLosses: LossKind<StepLosses> = {
  terms: ['loss', 'content', 'style', 'tv'],
  from: (figure) => ({
    loss: figure('loss'),
    content: figure('content'),
    style: figure('style'),
    tv: figure('tv'),
  }),
};

/** Those of a training graph with the stability term. */
export const steadyStyleLosses: LossKind<StepLosses> = {
  terms: [...styleLosses.terms, 'stability'],
  from: (figure) => ({ ...styleLosses.from(figure), stability: figure('stability') }),
};

/** What graphs call a term's output. */
const outputName = (term: string) => (term === 'loss' ? term : `loss.${term}`);

/** The outputs of the loss and its terms, to be allocated by the runtime. */
export function lossFetches<Losses>({ terms }: LossKind<Losses>): Record<string, null> {
  return Object.fromEntries(terms.map((term) => [outputName(term), null]));
}

/**
 * The loss and its terms from a session's outputs.
 * @param step which one, from 0, of several steps that were made in one run
 * @throws if one of the outputs is missing or not float32
 */
export function readLosses<Losses>(
  { from }: LossKind<Losses>,
  outputs: Readonly<Record<string, Tensor>>,
  step = 0,
): Losses {
  return from((term) => floatData(outputs, outputName(term))[step] ?? Number.NaN);
}

/** The mean of each term. */
export function meanLosses<Losses>({ from }: LossKind<Losses>, losses: readonly Losses[]): Losses {
  return from((term) => losses.reduce((sum, each) => sum + Number(each[term]), 0) / losses.length);
}

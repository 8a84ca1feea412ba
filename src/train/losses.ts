import type { Tensor } from 'onnxruntime-common';
import { floatData } from './graph-session.ts';

/** The objective's value and its unweighted terms, means over the batch. */
export interface StepLosses {
  readonly loss: number;
  readonly content: number;
  readonly style: number;
  readonly tv: number;
  /** Only where the stability term is a part of the objective. */
  readonly stability?: number;
}

type LossTerm = keyof StepLosses;

const terms = ['loss', 'content', 'style', 'tv'] as const;

/** What graphs call a term's output. */
const outputName = (term: LossTerm) => (term === 'loss' ? term : `loss.${term}`);

/** The outputs of the loss and its terms, to be allocated by the runtime. */
export function lossFetches(options: { readonly stability: boolean }): Record<string, null> {
  const fetched: readonly LossTerm[] = options.stability ? [...terms, 'stability'] : terms;
  return Object.fromEntries(fetched.map((term) => [outputName(term), null]));
}

/**
 * The loss and its terms from a session's outputs; the stability term where it is among them.
 * @param step which one, from 0, of several steps that were made in one run
 * @throws if one of the outputs is missing or not float32
 */
export function readLosses(outputs: Readonly<Record<string, Tensor>>, step = 0): StepLosses {
  const read = (term: LossTerm) => floatData(outputs, outputName(term))[step] ?? Number.NaN;
  const stability = outputs[outputName('stability')] ? { stability: read('stability') } : {};
  return { ...fromTerms(read), ...stability };
}

/** The mean of each term; of the stability term where the first losses have it. */
export function meanLosses(losses: readonly StepLosses[]): StepLosses {
  const mean = (term: LossTerm) => losses.reduce((sum, each) => sum + (each[term] ?? Number.NaN), 0) / losses.length;
  const stability = losses[0]?.stability === undefined ? {} : { stability: mean('stability') };
  return { ...fromTerms(mean), ...stability };
}

function fromTerms(figure: (term: LossTerm) => number): StepLosses {
  return { loss: figure('loss'), content: figure('content'), style: figure('style'), tv: figure('tv') };
}

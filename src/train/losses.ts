/** The losses of a style's training: the objective's value and its unweighted terms, means over the batch. */
export interface StepLosses {
  readonly loss: number;
  readonly content: number;
  readonly style: number;
  readonly tv: number;
  /** Only where the stability term is a part of the objective. */
  readonly stability?: number;
}

/** Which outputs of a graph are losses, and how they are read: `loss` itself, the terms as `loss.TERM`. */
export interface LossOutputs<Losses> {
  readonly names: readonly string[];
  /** @param value gives the value of an output by its name */
  readonly read: (value: (name: string) => number) => Losses;
}

export const styleLosses: LossOutputs<StepLosses> = {
  names: ['loss', 'loss.content', 'loss.style', 'loss.tv'],
  read: (value) => ({
    loss: value('loss'),
    content: value('loss.content'),
    style: value('loss.style'),
    tv: value('loss.tv'),
  }),
};

/** Those of a training graph with the stability term. */
export const steadyStyleLosses: LossOutputs<StepLosses> = {
  names: [...styleLosses.names, 'loss.stability'],
  read: (value) => ({ ...styleLosses.read(value), stability: value('loss.stability') }),
};

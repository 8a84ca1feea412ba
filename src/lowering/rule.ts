import type { Node, ResultValue, Value } from '../graph-builder/ir/value.ts';
import type { Target } from './targets.ts';

/**
 * When a rule is applied: `forward`, before a graph is differentiated, so that the gradient is that of the faster form;
 * `arithmetic`, to the whole graph; `layout`, last, since other rules do not find what it divides.
 */
export const stages = ['forward', 'arithmetic', 'layout'] as const;

export type Stage = (typeof stages)[number];

/** One way to compute the same faster. */
export interface LoweringRule {
  readonly name: string;
  readonly stage: Stage;
  readonly targets: readonly Target[];
  /** Rules of the same stage whose work this one must not find undone, or that look for what this one replaces. */
  readonly after: readonly string[];
  /**
   * A rewriting of one graph: what it remembers (weights that are transformed already) it keeps as long.
   * @returns what takes the place of an operator's result, or undefined to keep it (see `rewriteGraph`)
   */
  readonly rewriter: () => (node: Node, output: ResultValue) => Value | undefined;
}

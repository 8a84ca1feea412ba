import type { Graph } from '../graph-builder/ir/value.ts';
import { rewriteGraph } from '../graph-builder/operators/rewrite.ts';
import { type LoweringRule, type Stage, stages } from './rule.ts';
import { loweringRules } from './rules/index.ts';
import type { Target } from './targets.ts';

/**
 * The equivalent graph that is fastest on a target: the same inputs, outputs and function but for float32 rounding.
 * @param only the stages to apply, by default all
 */
export function lower(graph: Graph, target: Target, only: readonly Stage[] = stages): Graph {
  return rulesFor(target, only).reduce(applyRule, graph);
}

/** A graph in which one rule has replaced all that it matches. */
export function applyRule(graph: Graph, { rewriter }: LoweringRule): Graph {
  return rewriteGraph(graph, rewriter());
}

/**
 * The rules of a target in an order in which each comes after those that it names.
 * @throws if they wait for each other
 */
export function rulesFor(
  target: Target,
  only: readonly Stage[] = stages,
  rules: readonly LoweringRule[] = loweringRules,
): readonly LoweringRule[] {
  return stages
    .filter((stage) => only.includes(stage))
    .flatMap((stage) => inOrder(rules.filter((rule) => rule.stage === stage && rule.targets.includes(target))));
}

function inOrder(rules: readonly LoweringRule[]): readonly LoweringRule[] {
  const ordered: LoweringRule[] = [];
  const waiting = [...rules];
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ after }) => !waiting.some(({ name }) => after.includes(name)));
    const [rule] = waiting.splice(next, 1);
    if (next < 0 || !rule)
      throw new Error(`Expected rules with an order but ${rules.map(({ name }) => name)} have none`);
    ordered.push(rule);
  }
  return ordered;
}

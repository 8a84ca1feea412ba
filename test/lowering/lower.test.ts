import { describe, expect, it } from 'vitest';
import { sortNodes } from '../../src/graph-builder/ir/sort-nodes.ts';
import { trainingGraph } from '../../src/graph-builder/programs/training-graphs.ts';
import { rulesFor } from '../../src/lowering/lower.ts';
import { loweredTrainingBlock, loweredTrainingGraph } from '../../src/lowering/programs.ts';
import type { LoweringRule } from '../../src/lowering/rule.ts';
import { loweringRules } from '../../src/lowering/rules/index.ts';
import { targets } from '../../src/lowering/targets.ts';
import { tinyNetwork } from '../helpers/tiny-network.ts';
import { tinyObjective } from '../helpers/tiny-objective.ts';

const rule = (name: string, after: readonly string[], stage: LoweringRule['stage'] = 'arithmetic'): LoweringRule => ({
  ...{ name, after, stage },
  targets: ['cpu'],
  rewriter: () => () => undefined,
});

const names = (rules: readonly LoweringRule[]) => rules.map(({ name }) => name);

describe('the order of rules', () => {
  it('has each after those that it names, stage by stage', () => {
    const rules = [rule('d', [], 'layout'), rule('c', ['b']), rule('b', ['a']), rule('a', ['d'])];
    expect(names(rulesFor('cpu', undefined, rules))).toEqual(['a', 'b', 'c', 'd']);
    expect(names(rulesFor('cpu', ['layout'], rules))).toEqual(['d']);
    expect(rulesFor('cuda', undefined, rules)).toEqual([]);
  });

  it('does not exist where rules wait for each other', () => {
    expect(() => rulesFor('cpu', undefined, [rule('a', ['b']), rule('b', ['a'])])).toThrow('a,b');
  });

  it('exists for every target, and names rules that are there', () => {
    for (const target of targets) expect(rulesFor(target).length).toBeGreaterThan(0);
    const known = new Set(names(loweringRules));
    expect(loweringRules.flatMap(({ after }) => after).filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('a lowered training graph', () => {
  const options = { network: tinyNetwork, objective: tinyObjective(), batch: 1, size: 64 };

  it.each(targets)('has no weight gradient left as autodiff writes it, for %s, and the same outputs', (target) => {
    const plain = trainingGraph(options);
    const lowered = loweredTrainingGraph(options, target);
    const dilated = (graph: typeof plain) =>
      sortNodes(graph).filter((node) => node.operator === 'Conv' && node.attributes.dilations).length;
    expect(dilated(plain)).toBeGreaterThan(10);
    expect(dilated(lowered)).toBe(0);
    expect(lowered.outputs.map(({ name, value }) => [name, value.shape])).toEqual(
      plain.outputs.map(({ name, value }) => [name, value.shape]),
    );
  });

  it('is lowered inside the loops of a block too', () => {
    const block = loweredTrainingBlock({ ...options, microBatch: 1 }, 'cuda');
    const loop = sortNodes(block).find((node) => node.operator === 'Loop');
    if (loop?.operator !== 'Loop') expect.fail();
    const inside = sortNodes(loop.attributes.body);
    expect(inside.filter((node) => node.operator === 'Conv').length).toBeGreaterThan(10);
    expect(inside.filter((node) => node.operator === 'Conv' && node.attributes.dilations)).toEqual([]);
  });
});

/**
 * Chooses at most `count` of the steps to show: the first, the last and others between them at equal ratios, since a
 * style changes as much from step 100 to 200 as from 1000 to 2000.
 * @param steps ascending
 */
export function choosePoints(steps: readonly number[], count: number): readonly number[] {
  const [first, last] = [steps[0], steps.at(-1)];
  if (steps.length <= count || first === undefined || last === undefined) return steps;
  const start = Math.max(first, 1);
  const chosen: number[] = [];
  let next = 0;
  for (let point = 0; point < count; point++) {
    const wanted = start * (last / start) ** (point / (count - 1));
    // As many steps stay behind this one as there are points to come, so that all are different.
    const candidates = steps.slice(next, steps.length - (count - 1 - point));
    const nearest = nearestIndex(candidates, wanted);
    next += nearest + 1;
    chosen.push(candidates[nearest] ?? last);
  }
  return chosen;
}

/**
 * The index of the step whose ratio to the wanted one is nearest to 1.
 * @param steps ascending, at least one
 */
export function nearestIndex(steps: readonly number[], wanted: number): number {
  const after = steps.findIndex((step) => step >= wanted);
  if (after <= 0) return after === 0 ? 0 : steps.length - 1;
  const [before, behind] = [Math.max(steps[after - 1] ?? 1, 1), steps[after] ?? 1];
  return wanted / before < behind / wanted ? after - 1 : after;
}

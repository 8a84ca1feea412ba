import { type Evaluation, type EvaluationOptions, evaluate } from './objective/evaluate.node.ts';
import type { PairSource } from './objective/evaluate-pairs.node.ts';
import { openPerceptionJudge } from './perception/open-perception-judge.node.ts';
import type { LoadedPerceptionNetwork } from './perception/perception-network.node.ts';

/** Whatever has painted the photographs. */
export interface JudgeableCandidate {
  readonly pairOf: PairSource;
}

/** A candidate and what was measured of its pictures. */
export interface JudgedCandidate<Candidate extends JudgeableCandidate> {
  readonly candidate: Candidate;
  readonly evaluation: Evaluation;
}

/** By what all candidates are judged, and whom to tell; `onStart` is called once, when the first photographs begin. */
export interface CandidatesOptions extends Omit<EvaluationOptions, 'pairOf' | 'measure'> {
  /** By which eyes are imitated. */
  readonly perceptionNetwork: LoadedPerceptionNetwork;
}

/**
 * Judges the pictures of several candidates, one candidate after the other, by the objective and by what eyes see.
 * @throws as evaluate and openPerceptionJudge do
 */
export async function judgeCandidates<Candidate extends JudgeableCandidate>(
  candidates: readonly Candidate[],
  { perceptionNetwork, onStart, ...options }: CandidatesOptions,
): Promise<readonly JudgedCandidate<Candidate>[]> {
  const perception = await openPerceptionJudge({ ...options, network: perceptionNetwork });
  const judged: JudgedCandidate<Candidate>[] = [];
  try {
    for (const candidate of candidates) {
      const evaluation = await evaluate({
        ...options,
        pairOf: candidate.pairOf,
        measure: perception.measure,
        onStart: () => {
          if (judged.length === 0) onStart();
        },
      });
      judged.push({ candidate, evaluation });
    }
    return judged;
  } finally {
    await perception.release();
  }
}

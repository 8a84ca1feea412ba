import { type CandidatesOptions, type JudgedCandidate, judgeCandidates } from '../../evaluate/judge-candidates.node.ts';
import type { JudgedLosses } from '../../evaluate/objective/evaluate.node.ts';
import { findPhotographs } from '../../evaluate/objective/evaluate-pairs.node.ts';
import { compareCandidates } from '../../evaluate/perception/compare.ts';
import { measureMeanings, measureNames } from '../../evaluate/perception/measures.ts';
import {
  type LoadedPerceptionNetwork,
  loadPerceptionNetwork,
} from '../../evaluate/perception/perception-network.node.ts';
import { type RecipeName, recipes } from '../../graph-builder/objective/recipes.ts';
import type { Device } from '../../infer/device.ts';
import { createSession } from '../../infer/session.node.ts';
import { commandLine } from '../shared/command-line.ts';
import { report } from '../shared/options.ts';
import { openPainting, type PaintingFlags } from '../shared/painting.ts';
import { namedReason, PicturesProgress } from '../stylize/pictures-progress.ts';
import { type Candidate, openCandidates, releaseAll, requireCandidates } from './candidates.ts';
import { comparisonTables } from './tables.ts';

/** The flags of `impasto evaluate`. */
export interface EvaluateArguments extends PaintingFlags {
  readonly style: string;
  readonly content: string;
  readonly model: readonly string[] | undefined;
  readonly stylized: readonly string[] | undefined;
  readonly lossNetwork: string | undefined;
  readonly recipe: RecipeName;
  readonly pyramidLevels: number | undefined;
  readonly styleSize: number;
  readonly maxSide: number;
  readonly limit: number | undefined;
  readonly device: Device;
  readonly threads: number | undefined;
}

/**
 * Judges the pictures of models, or those of folders, with progress on stderr. The figures of one go to stdout as JSON; of
 * several, tables say which is better by what.
 */
export async function runEvaluate(flags: EvaluateArguments, json: boolean): Promise<void> {
  requireCandidates(flags);
  const { style, styleSize, recipe, maxSide } = flags;
  const { lossNetwork = recipes[recipe].lossNetwork, pyramidLevels = recipes[recipe].pyramidLevels } = flags;
  const photographs = (await findPhotographs(flags.content)).slice(0, flags.limit);
  const { region: styleCrop } = await openPainting(style, flags);
  const network = await loadPerceptionNetwork(flags.lossNetwork);
  const candidates = await openCandidates(flags, photographs);
  const judged = await judgeWithProgress(candidates, {
    ...{ style, styleCrop, styleSize, lossNetwork, recipe, pyramidLevels, photographs },
    perceptionNetwork: network,
    createSession: async (graph) => (await createSession(graph, flags)).session,
  });

  if (network.missing.length > 0) process.stderr.write(`${missingLayers(network)}\n`);
  const perception = { lossNetwork: network.name, layers: network.layers };
  const settings = { style, styleCrop, styleSize, lossNetwork, recipe, pyramidLevels, maxSide, perception };
  const [first, second] = judged;
  if (first && !second) {
    const result = { ...settings, [first.candidate.kind]: first.candidate.name, ...first.evaluation };
    report(result, JSON.stringify(result, null, 2), json);
  } else {
    reportComparisons(judged, settings, json);
  }
  const failures = judged.flatMap(({ evaluation }) => evaluation.failed);
  const total = photographs.length * candidates.length;
  if (failures.length > 0) throw new Error(`${failures.length} of ${total} photographs could not be judged`);
}

/** Judges all candidates with a bar on stderr, and releases them. */
async function judgeWithProgress(
  candidates: readonly Candidate[],
  options: Omit<CandidatesOptions, 'onStart' | 'onPicture'>,
): Promise<readonly JudgedCandidate<Candidate>[]> {
  const progress = new PicturesProgress(options.photographs.length * candidates.length);
  try {
    return await judgeCandidates(candidates, {
      ...options,
      onStart: () => progress.start(),
      onPicture: (result) => {
        if ('reason' in result) progress.failed(namedReason(result.name, result.reason));
        else progress.done();
      },
    });
  } finally {
    progress.end();
    await releaseAll(candidates);
  }
}

function missingLayers({ name, missing }: LoadedPerceptionNetwork): string {
  const deepest = missing.at(-1);
  const remedy = commandLine(`weights download vgg19 --layer ${deepest}`);
  return `Style and content are compared without ${missing.join(', ')}, which ${name} does not have: ${remedy} gets it`;
}

/** Several candidates: what of each is measured, and which is better by what. */
function reportComparisons(
  judged: readonly JudgedCandidate<Candidate>[],
  settings: Readonly<Record<string, unknown>> & { readonly recipe: RecipeName },
  json: boolean,
): void {
  const names = judged.map(({ candidate }) => candidate.name);
  const pictures = ({ evaluation }: JudgedCandidate<Candidate>) =>
    new Map(evaluation.images.map((image) => [image.name, figuresOf(image)]));
  const comparisons = compareCandidates(
    judged.map((each) => ({ name: each.candidate.name, pictures: pictures(each) })),
    [...measureNames, 'loss'],
  );
  const candidates = judged.map(({ candidate, evaluation }) => ({ [candidate.kind]: candidate.name, ...evaluation }));
  const meanings = { ...measureMeanings, loss: `the objective of the recipe ${settings.recipe}` };
  report({ ...settings, candidates, comparisons }, comparisonTables(comparisons, names, meanings), json);
}

function figuresOf({ loss, measures }: JudgedLosses): Readonly<Record<string, number>> {
  return { ...measures, loss };
}

import { type RecipeName, recipes } from '../graph-builder/objective/recipes.ts';
import type { Device } from '../infer/device.ts';
import { loadStylizer } from '../infer/index.node.ts';
import { createSession } from '../infer/session.node.ts';
import { resolveModel } from '../infer/shipped-styles.node.ts';
import { evaluate } from '../train/evaluate.node.ts';
import {
  findPhotographs,
  type NamedPhotograph,
  type PairSource,
  pairsOfFolder,
  pairsOfModel,
} from '../train/evaluate-pairs.node.ts';
import { UsageError } from './exit.ts';
import { report } from './options.ts';
import { namedReason, PicturesProgress } from './pictures-progress.ts';

/** The flags of `impasto evaluate`. */
export interface EvaluateArguments {
  readonly style: string;
  readonly content: string;
  readonly model: string | undefined;
  readonly stylized: string | undefined;
  readonly lossNetwork: string | undefined;
  readonly recipe: RecipeName;
  readonly pyramidLevels: number | undefined;
  readonly styleSize: number;
  readonly maxSide: number;
  readonly limit: number | undefined;
  readonly device: Device;
  readonly threads: number | undefined;
}

/** Judges a model's pictures, or those of a folder, with progress on stderr and the figures as JSON on stdout. */
export async function runEvaluate(flags: EvaluateArguments, json: boolean): Promise<void> {
  const { style, styleSize, recipe, model, stylized, device, threads } = flags;
  const { lossNetwork = recipes[recipe].lossNetwork, pyramidLevels = recipes[recipe].pyramidLevels } = flags;
  const { photographs, pairOf, release } = await openSource(flags);
  const progress = new PicturesProgress(photographs.length);
  const evaluation = await evaluate({
    style,
    styleSize,
    lossNetwork,
    recipe,
    pyramidLevels,
    photographs,
    pairOf,
    createSession: async (graph) => (await createSession(graph, { device, threads })).session,
    onStart: () => progress.start(),
    onPicture: (result) => {
      if ('reason' in result) progress.failed(namedReason(result.name, result.reason));
      else progress.done();
    },
  }).finally(async () => {
    progress.end();
    await release();
  });
  const result = {
    style,
    styleSize,
    model,
    stylized,
    lossNetwork,
    recipe,
    pyramidLevels,
    maxSide: flags.maxSide,
    ...evaluation,
  };
  report(result, JSON.stringify(result, null, 2), json);
  const { length: failures } = evaluation.failed;
  if (failures > 0) throw new Error(`${failures} of ${photographs.length} photographs could not be judged`);
}

/** The photographs and the pictures to judge with them, and what frees the model. */
interface Source {
  readonly photographs: readonly NamedPhotograph[];
  readonly pairOf: PairSource;
  readonly release: () => Promise<void>;
}

async function openSource(flags: EvaluateArguments): Promise<Source> {
  const { model, stylized, maxSide, device, threads } = flags;
  if (stylized !== undefined) {
    const photographs = await photographsOf(flags);
    return { photographs, pairOf: await pairsOfFolder(photographs, stylized, maxSide), release: async () => {} };
  }
  if (model === undefined) throw new UsageError('Expected what to judge: --model FILE or --stylized DIR');
  const photographs = await photographsOf(flags);
  const { stylizer } = await loadStylizer(await resolveModel(model), { device, threads });
  return { photographs, pairOf: pairsOfModel(stylizer, maxSide), release: () => stylizer.release() };
}

async function photographsOf({ content, limit }: EvaluateArguments): Promise<readonly NamedPhotograph[]> {
  return (await findPhotographs(content)).slice(0, limit);
}

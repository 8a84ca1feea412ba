import { requireSameProportions } from '../../src/evaluate/objective/evaluate-pairs.node.ts';
import { agreements, type PreferredPair } from '../../src/evaluate/perception/agreement.ts';
import type { Measures } from '../../src/evaluate/perception/measures.ts';
import { decodePicture, decodeWithin } from '../../src/image/decode.node.ts';
import { resizePicture } from '../../src/image/resize.node.ts';
import type { JudgedPair } from '../../src/loss-network/objective/judge.ts';
import { agreementTable } from './agreement-table.ts';
import { faults } from './faults.ts';
import { type JudgeOptions, openJudge, type PaintingJudge } from './judges.ts';
import { type Preference, readPreferences } from './preferences.ts';

export interface MeasuresOptions extends JudgeOptions {
  /** The file of preferences; see `readPreferences`. */
  readonly preferences: string | undefined;
  /** Whether the better pictures are measured against spoilt copies of themselves as well. */
  readonly faults: boolean;
}

/** Pictures are reduced to this long side, as `impasto evaluate` does. */
const longestSide = 512;

/** A preference, and what is measured of the two pictures. */
interface MeasuredPreference extends Preference {
  readonly measures: Omit<PreferredPair, 'source'>;
}

/**
 * How far each measure agrees with people, by pairs of pictures of which they preferred one.
 * @throws if there is no file of preferences, or a picture cannot be read
 */
export async function benchMeasures(options: MeasuresOptions): Promise<object> {
  const { preferences: file, lossNetwork, styleSize } = options;
  if (file === undefined) throw new Error('Expected pairs of pictures of which one is preferred: --preferences FILE');
  const preferences = await readPreferences(file);
  const pairs: MeasuredPreference[] = [];
  for (const painting of new Set(preferences.map((preference) => preference.painting))) {
    const judge = await openJudge(painting, options);
    try {
      const known = new Map<string, Measures>();
      for (const preference of preferences.filter((each) => each.painting === painting)) {
        pairs.push(await measurePair(preference, judge, known));
      }
      if (options.faults)
        pairs.push(
          ...(await measureFaults(
            pairs.filter((each) => each.painting === painting),
            judge,
          )),
        );
    } finally {
      await judge.release();
    }
  }
  const table = agreements(pairs.map(({ source, measures }) => ({ source, ...measures })));
  process.stderr.write(`${agreementTable(table)}\n`);
  return { bench: 'measures', lossNetwork, styleSize, agreements: table, pairs };
}

/** @param known what has been measured of this painting's pictures, by photograph and picture; added to */
async function measurePair(
  preference: Preference,
  judge: PaintingJudge,
  known: Map<string, Measures>,
): Promise<MeasuredPreference> {
  const measure = async (picture: string) => {
    const name = JSON.stringify([preference.photograph, picture]);
    const measured = known.get(name) ?? (await judge.measure(await readPair(preference.photograph, picture)));
    known.set(name, measured);
    return measured;
  };
  const better = await measure(preference.better);
  return { ...preference, measures: { better, worse: await measure(preference.worse) } };
}

/** The better pictures against spoilt copies, each fault a source of its own. */
async function measureFaults(
  pairs: readonly MeasuredPreference[],
  judge: PaintingJudge,
): Promise<readonly MeasuredPreference[]> {
  const originals = new Map(pairs.map((pair) => [JSON.stringify([pair.photograph, pair.better]), pair]));
  const measured: MeasuredPreference[] = [];
  for (const pair of originals.values()) {
    const { stylized, photograph } = await readPair(pair.photograph, pair.better);
    const painting = await decodeWithin(pair.painting, { longSide: longestSide });
    for (const [fault, spoil] of Object.entries(faults)) {
      const worse = await judge.measure({ photograph, stylized: await spoil({ stylized, photograph, painting }) });
      const source = `fault: ${fault}`;
      measured.push({ ...pair, source, worse: fault, measures: { better: pair.measures.better, worse } });
    }
  }
  return measured;
}

/** Both at the photograph's size, so that pictures of several systems are measured at one. */
async function readPair(photographFile: string, stylizedFile: string): Promise<JudgedPair> {
  const photograph = await decodeWithin(photographFile, { longSide: longestSide });
  const whole = await decodePicture(stylizedFile);
  requireSameProportions(whole, photograph);
  return { photograph, stylized: await resizePicture(whole, photograph, 'fill') };
}

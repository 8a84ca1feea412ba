import { z } from 'zod';
import { choices, type Key, type PlacedPair } from './arrangement.ts';

const answerSchema = z.object({ pair: z.int().min(1), answer: z.enum(choices), why: z.string().default('') });
export type Answer = z.infer<typeof answerSchema>;

/** All answers of one reader. */
export interface Reading {
  readonly reader: string;
  readonly answers: readonly Answer[];
}

/**
 * Reads an answer file: a JSON array of `{ "pair": 1, "answer": "L", "why": "…" }`, or CSV with a line `1,L,why` an answer,
 * where the reason may have commas.
 * @param file the file's name, for messages
 * @throws if a line is no answer, or a pair is answered twice
 */
export function readAnswers(text: string, file: string): readonly Answer[] {
  const rows = text.trimStart().startsWith('[') ? jsonRows(text, file) : csvRows(text);
  const answers = rows.map((row, index) => {
    const { data } = answerSchema.safeParse(row);
    if (data) return data;
    throw new Error(
      `Expected answers such as {"pair": 1, "answer": "L", "why": ""} or 1,L,why, with ${choices.join(', ')} for the answer, in ${file} but number ${index + 1} is ${JSON.stringify(row)}`,
    );
  });
  const twice = answers.find(({ pair }, index) => answers.findIndex((other) => other.pair === pair) !== index);
  if (twice) throw new Error(`Expected one answer to a pair in ${file} but pair ${twice.pair} has more`);
  return answers;
}

function jsonRows(text: string, file: string): readonly unknown[] {
  try {
    return z.array(z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`Expected a JSON array of answers in ${file} but it is none`, { cause });
  }
}

function csvRows(text: string): readonly unknown[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !/^\s*pair\s*,/i.test(line));
  return lines.map((line) => {
    const [, pair, answer, why = ''] = /^\s*(\d+)\s*,\s*(\w+)\s*(?:,(.*))?$/.exec(line) ?? [];
    return pair === undefined ? line : { pair: Number(pair), answer, why: unquote(why.trim()) };
  });
}

function unquote(field: string): string {
  return /^".*"$/.test(field) ? field.slice(1, -1).replaceAll('""', '"') : field;
}

/** What a reader said of a pair. */
interface Judgement {
  readonly reader: string;
  /** The system whose picture was preferred; null for neither. */
  readonly preferred: string | null;
  readonly why: string;
}

/** A pair with its key, and what each reader said of it. */
interface JudgedPair {
  readonly pair: number;
  readonly photograph: string;
  readonly painting: string;
  readonly left: string;
  readonly right: string;
  readonly judgements: readonly Judgement[];
}

/** How two systems did against each other, in answers. */
interface Contest {
  readonly pairs: number;
  readonly answers: number;
  readonly preferred: Readonly<Record<string, number>>;
  readonly equal: number;
}

export interface PanelResult {
  /** Answers that are missing. */
  readonly unanswered: number;
  readonly contests: readonly Contest[];
  readonly pairs: readonly JudgedPair[];
}

/**
 * Counts what readers answered: for each two systems, and pair by pair.
 * @throws if an answer is to a pair that the key does not have
 */
export function countAnswers({ pairs }: Key, readings: readonly Reading[]): PanelResult {
  for (const { reader, answers } of readings) {
    const stray = answers.find(({ pair }) => !pairs.some((placed) => placed.pair === pair));
    if (!stray) continue;
    throw new Error(
      `Expected answers to the pairs 1 to ${pairs.length} in ${reader} but received one to ${stray.pair}`,
    );
  }
  const judged = pairs.map((placed) => judge(placed, readings));
  const given = judged.flatMap(({ judgements }) => judgements).length;
  return { unanswered: pairs.length * readings.length - given, contests: contestsOf(judged), pairs: judged };
}

function judge({ pair, photograph, painting, left, right }: PlacedPair, readings: readonly Reading[]): JudgedPair {
  const preferred = { L: left.system, R: right.system, equal: null };
  const judgements = readings.flatMap(({ reader, answers }) =>
    answers
      .filter((answer) => answer.pair === pair)
      .map(({ answer, why }) => ({ reader, preferred: preferred[answer], why })),
  );
  return { pair, photograph, painting, left: left.system, right: right.system, judgements };
}

function contestsOf(judged: readonly JudgedPair[]): readonly Contest[] {
  const systemsOf = ({ left, right }: JudgedPair) => [left, right].sort();
  const nameOf = (pair: JudgedPair) => JSON.stringify(systemsOf(pair));
  return [...new Set(judged.map(nameOf))].map((name): Contest => {
    const pairs = judged.filter((pair) => nameOf(pair) === name);
    const judgements = pairs.flatMap((pair) => pair.judgements);
    const count = (system: string | null) => judgements.filter(({ preferred }) => preferred === system).length;
    const systems = pairs.slice(0, 1).flatMap(systemsOf);
    const preferred = Object.fromEntries(systems.map((system) => [system, count(system)]));
    return { pairs: pairs.length, answers: judgements.length, preferred, equal: count(null) };
  });
}

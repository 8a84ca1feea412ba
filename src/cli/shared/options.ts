import type { Argv } from 'yargs';
import { mostPyramidLevels } from '../../graph-builder/objective/recipes.ts';
import { devices } from '../../infer/device.ts';
import { UsageError } from './exit.ts';

/** The global options that every command understands. */
export interface GlobalArguments {
  /** Machine-readable result on stdout. */
  readonly json: boolean;
}

/** The parsed flags of a command, from the function that declares them. */
export type OptionsOf<Builder extends (yargs: Argv<GlobalArguments>) => Argv<unknown>> =
  ReturnType<Builder> extends Argv<infer Options> ? Options : never;

/** What a number on the command line must be. */
export interface NumberRange {
  readonly minimum: number;
  readonly maximum?: number;
  readonly whole?: boolean;
  /** The minimum itself is not allowed. */
  readonly exclusive?: boolean;
  /** It must be a multiple of this. */
  readonly multipleOf?: number;
}

/**
 * A `coerce` function that reads and checks a number. The option has no `type`: with that of a number yargs would make
 * NaN of every other word, and the error could not show what came.
 * @throws UsageError naming the option, what was expected and what came
 */
export function numberOption(name: string, range: NumberRange, or = ''): (value: unknown) => number {
  return (value) => {
    const word = String(value).trim();
    const number = word === '' ? Number.NaN : Number(word);
    if (isInRange(number, range)) return number;
    throw new UsageError(
      `Expected ${describeRange(range)}${or && ` or ${or}`} for --${name} but received ${word === '' ? 'an empty one' : word}`,
    );
  };
}

/** What `--style-size` may be. */
export const styleSizeRange: NumberRange = { minimum: 64, maximum: 4096, whole: true };

/** What `--style-weight` may be. */
export const styleWeightRange: NumberRange = { minimum: 0 };

/**
 * The numbers of an option that takes several, separated by commas.
 * @throws UsageError naming the option if one of them is no such number, or there twice
 */
export function parseNumbers(name: string, text: string, range: NumberRange): readonly number[] {
  const check = numberOption(name, range);
  const numbers = text.split(',').map(check);
  const repeated = numbers.find((number, index) => numbers.indexOf(number) < index);
  if (repeated === undefined) return numbers;
  throw new UsageError(`Expected different numbers for --${name} but received ${repeated} twice`);
}

/** A `coerce` function for the size of training crops, which the network halves twice. */
export const cropSizeOption = numberOption('size', { minimum: 64, maximum: 4096, multipleOf: 4 });

function isInRange(
  value: number,
  { minimum, maximum = Infinity, whole = false, exclusive = false, multipleOf }: NumberRange,
): boolean {
  if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value))) return false;
  if (multipleOf !== undefined && value % multipleOf !== 0) return false;
  return (exclusive ? value > minimum : value >= minimum) && value <= maximum;
}

function describeRange({ minimum, maximum, whole, exclusive, multipleOf }: NumberRange): string {
  const plain = whole ? 'a whole number' : 'a number';
  const kind = multipleOf === undefined ? plain : `a multiple of ${multipleOf}`;
  const from = exclusive ? `above ${minimum}` : `from ${minimum}`;
  if (maximum === undefined) return exclusive ? `${kind} ${from}` : `${kind} of at least ${minimum}`;
  return `${kind} ${from} to ${maximum}`;
}

/** Writes a command's result to stdout: one JSON object if asked for, otherwise a sentence. */
export function report(result: object, sentence: string, json: boolean): void {
  process.stdout.write(`${json ? JSON.stringify(result) : sentence}\n`);
}

/** The loss network by which pictures are judged. */
export const lossNetworkOption = {
  type: 'string',
  requiresArg: true,
  describe: "vgg19-lite, which comes with impasto, vgg19, vgg16, or a file of their weights (default: the recipe's)",
} as const;

/** Pictures on which style is compared. */
export const pyramidLevelsOption = {
  requiresArg: true,
  describe: "Compare style on the picture and on copies reduced by 2, 4, …: how many in all (default: the recipe's)",
  coerce: numberOption('pyramid-levels', { minimum: 1, maximum: mostPyramidLevels, whole: true }),
} as const;

/** Where a command's sessions run. */
export const deviceOption = { choices: devices, requiresArg: true, default: 'auto', describe: 'Where to run' } as const;

export const threadsOption = {
  requiresArg: true,
  describe: 'CPU threads (default: one a core)',
  coerce: numberOption('threads', { minimum: 1, maximum: 1024, whole: true }),
} as const;

/** Pictures or folders of them that a command shows its work on. */
export const photographsOption = { type: 'string', array: true, requiresArg: true } as const;

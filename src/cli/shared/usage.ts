import type * as Yargs from 'yargs';
import { didYouMean } from '../../files/suggestion.ts';
import { UsageError } from './exit.ts';

declare module 'yargs' {
  interface Argv<T> {
    /** With plural forms, which the package's typings leave out. */
    updateStrings(strings: Readonly<Record<string, string | Readonly<Record<'one' | 'other', string>>>>): Yargs.Argv<T>;
    /** The options by name, which the package's typings leave out. */
    getOptions(): { readonly key: Readonly<Record<string, unknown>> };
  }
}

/** What may be given several times: pictures; and the words that are no options. */
const repeatable: ReadonlySet<string> = new Set(['_', 'input', 'paintings', 'preview', 'pictures', 'photographs']);

/** What may be given several times to some commands only. */
const repeatableOf: Readonly<Record<string, readonly string[]>> = { evaluate: ['model', 'stylized'] };

/**
 * Checks that every other option is there once at most, and none with nothing for its value.
 * @throws UsageError naming the option and what came
 */
export function requireSingleValues(argv: Readonly<Record<string, unknown>>): void {
  const [command] = Array.isArray(argv._) ? argv._ : [];
  const alsoRepeatable = repeatableOf[String(command)] ?? [];
  for (const [name, value] of Object.entries(argv)) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (values.includes('')) throw new UsageError(`Expected a value for --${name} but received an empty one`);
    if (values.length > 1 && !repeatable.has(name) && !alsoRepeatable.includes(name)) {
      throw new UsageError(`Expected --${name} once but received ${values.join(' and ')}`);
    }
  }
}

/**
 * Checks that the command has every option that is given: yargs by itself would first miss the one that was meant.
 * @param known the names of the command's options and words
 * @throws UsageError naming the options that it has not
 */
export function requireKnownOptions(argv: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const names = new Set(['_', '$0', ...known]);
  const unknown = Object.keys(argv).filter((name) => !names.has(name) && !isCamelCaseOfAnother(name, argv));
  const [first, ...others] = unknown;
  if (first === undefined) return;
  const listed = unknown.map((name) => `--${name}`).join(', ');
  const hint = others.length === 0 ? didYouMean(first, optionNames(known), '--') : '';
  throw new UsageError(`Unknown option${others.length === 0 ? '' : 's'} ${listed}.${hint} See --help.`);
}

/** The names of options as they are typed: yargs lists `styleSize` beside `style-size`. */
function optionNames(known: readonly string[]): readonly string[] {
  return known.filter((name) => !/[A-Z]/.test(name) && name.length > 1);
}

/** yargs gives `style-size` as `styleSize` as well. */
function isCamelCaseOfAnother(name: string, argv: Readonly<Record<string, unknown>>): boolean {
  const hyphenated = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return hyphenated !== name && Object.hasOwn(argv, hyphenated);
}

/** What yargs says by itself of a wrong command line, in the words of the other errors. */
export const sentences = {
  'Not enough non-option arguments: got %s, need at least %s': {
    one: 'Received %s words after the command but expected at least %s',
    other: 'Received %s words after the command but expected at least %s',
  },
  'Missing required argument: %s': {
    one: 'Expected a value for %s but received none',
    other: 'Expected values for %s but received none',
  },
  'Unknown argument: %s': { one: 'Unknown word %s', other: 'Unknown words %s' },
  'Not enough arguments following: %s': 'Expected a value for --%s but received none',
  'Invalid values:': 'Expected one of the choices:',
  'Argument: %s, Given: %s, Choices: %s': '--%s received %s, its choices are %s',
  'Arguments %s and %s are mutually exclusive': 'Expected --%s or --%s but received both',
  'Implications failed:': 'Expected the second of these options with the first:',
} as const;

/** A message of yargs in which an unknown option stands once: yargs lists `style-size, styleSize`. */
export function withoutAliases(message: string): string {
  return message.replaceAll(/(\w+(?:-\w+)+), (\w+)(?![\w-])/g, (both, name: string, alias: string) =>
    alias === name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()) ? name : both,
  );
}

import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { z } from 'zod';
import { makeFolder } from '../../src/files/make-folder.node.ts';
import { writeWholeFile } from '../../src/files/write-file.node.ts';
import { countAnswers, readAnswers } from './answers.ts';
import { arrange, type Key, keySchema, pairsSchema } from './arrangement.ts';
import { drawPair } from './draw.ts';
import { panelPage } from './page.ts';

export interface PanelOptions {
  /**
   * The file that describes the pairs, whose paths are relative to it: a JSON array of
   * `{ "photograph": FILE, "painting": FILE, "pictures": { SYSTEM: FILE, SYSTEM: FILE } }`.
   */
  readonly pairs?: string | undefined;
  /** The folder for the page and the pictures. */
  readonly out?: string | undefined;
  readonly seed: number;
  /** The key's file: by default the folder's name with `-key.json`. */
  readonly key?: string | undefined;
  /** Answer files, one a reader; the key is then read. */
  readonly answers?: readonly string[] | undefined;
}

/**
 * A blind panel, in two runs: pairs of pictures laid in random order for readers who see neither key nor code, then what they
 * answered, counted.
 * @throws if the options are those of neither run, or a file is not what it should be
 */
export async function benchPanel({ pairs, out, seed, key, answers }: PanelOptions): Promise<object> {
  if (pairs !== undefined && out !== undefined && answers === undefined) {
    return layPanel(pairs, out, seed, key ?? `${resolve(out)}-key.json`);
  }
  if (key !== undefined && answers !== undefined && pairs === undefined) return countPanel(key, answers);
  throw new Error(
    'Expected --pairs FILE --out FOLDER to lay a panel, or --key FILE --answers FILE… to count its answers',
  );
}

async function layPanel(description: string, out: string, seed: number, keyFile: string): Promise<object> {
  if (!relative(out, keyFile).startsWith('..')) {
    throw new Error(`Expected the key outside of the folder that readers see, ${out}, but received ${keyFile}`);
  }
  const key = arrange(await readJson(pairsSchema, description, 'pairs'), seed);
  const file = (path: string) => resolve(dirname(description), path);
  await makeFolder(join(out, 'pairs'));
  if ((await readdir(join(out, 'pairs'))).length > 0) {
    throw new Error(`Expected an empty folder for the pairs but ${join(out, 'pairs')} has files: choose another --out`);
  }
  const shown: { pair: number; source: string }[] = [];
  for (const { pair, painting, photograph, left, right } of key.pairs) {
    const files = { painting: file(painting), photograph: file(photograph), left: file(left.picture) };
    const source = `pairs/pair-${String(pair).padStart(2, '0')}.png`;
    await writeWholeFile(join(out, source), await drawPair(pair, { ...files, right: file(right.picture) }));
    shown.push({ pair, source });
  }
  await writeWholeFile(join(out, 'index.html'), panelPage(shown));
  await writeWholeFile(keyFile, `${JSON.stringify(key, null, 2)}\n`);
  return { bench: 'panel', pairs: shown.length, seed, page: join(out, 'index.html'), key: keyFile };
}

async function countPanel(keyFile: string, files: readonly string[]): Promise<object> {
  const key: Key = await readJson(keySchema, keyFile, 'the key of a panel');
  const readings = await Promise.all(
    files.map(async (file) => ({ reader: file, answers: readAnswers(await readFile(file, 'utf8'), file) })),
  );
  return { bench: 'panel', readers: readings.length, ...countAnswers(key, readings) };
}

async function readJson<T>(schema: z.ZodType<T>, file: string, what: string): Promise<T> {
  const text = await readFile(file, 'utf8');
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Expected ${what} in ${file} but received something else: ${reason}`, { cause });
  }
}

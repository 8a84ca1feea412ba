import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { isWritableFormat } from '../image/encode.node.ts';
import { findMatchingPictures, findPictures, isPattern, isPictureFile } from '../image/find.node.ts';
import { isFolder, requireWritableFolder } from '../image/make-folder.node.ts';
import { UsageError } from './exit.ts';
import { mapInParallel } from './in-parallel.ts';
import { isInShard, type Shard } from './shard.ts';

/** One picture to stylize, and the file to write. */
export interface StylizeJob {
  readonly input: string;
  readonly output: string;
}

/**
 * Decides which files are written: `output` itself for one picture if it is named like a picture, otherwise files in the
 * folder `output`, under the inputs' names (folders inside a folder, or below the beginning of a pattern, mirrored). An
 * input of a format that is only read becomes a .png. Nothing is written, and no picture is opened.
 * @param shard the part of the pictures that is wanted; all by default
 * @throws UsageError if two inputs would write the same file or an input would be overwritten; an error if an input is
 * missing, a folder holds no pictures, a pattern matches none, or the output folder cannot be written
 */
export async function planStylizing(
  inputs: readonly string[],
  output: string,
  shard?: Shard,
): Promise<readonly StylizeJob[]> {
  const kinds = await Promise.all(inputs.map(kindOfInput));
  const namesFile = await isOutputFile(kinds, output);
  const all = namesFile
    ? inputs.map((input) => ({ input, output }))
    : (await Promise.all(inputs.map((input, index) => jobsInFolder(input, kinds[index], output)))).flat();
  const distinct = requireDistinctOutputs(all);
  const folder = namesFile ? dirname(output) : output;
  const jobs = shard ? distinct.filter((job) => isInShard(nameIn(folder, job.output), shard)) : distinct;
  await requireInputsKept(jobs, distinct, inputs);
  for (const written of new Set(jobs.map((job) => dirname(job.output)))) await requireWritableFolder(written);
  return jobs;
}

type InputKind = 'file' | 'folder' | 'pattern';

async function kindOfInput(path: string): Promise<InputKind> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && isPattern(path)) return undefined;
    const reason = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw new Error(`Expected a picture or a folder of pictures at ${path} but ${reason}`);
  });
  if (!found) return 'pattern';
  return found.isDirectory() ? 'folder' : 'file';
}

/** Whether `output` names the one file to write, not a folder. */
async function isOutputFile(kinds: readonly InputKind[], output: string): Promise<boolean> {
  if (await isFolder(output)) return false;
  const isOnePicture = kinds.length === 1 && kinds[0] === 'file';
  if (!isPictureFile(output)) {
    if (!isOnePicture || extname(output) === '' || output.endsWith('/')) return false;
    throw new UsageError(
      `Expected a picture's name for --output, such as .png, or a folder's, with / at its end, but received ${output}`,
    );
  }
  if (isOnePicture) {
    if (isWritableFormat(output)) return true;
    throw new UsageError(`Expected a format that can be written for --output, such as .png, but received ${output}`);
  }
  throw new UsageError(
    `Expected a folder for --output, since there are several pictures to stylize, but received ${output}`,
  );
}

async function jobsInFolder(input: string, kind: InputKind | undefined, output: string): Promise<StylizeJob[]> {
  if (kind === 'file') return [{ input, output: join(output, writableName(basename(input))) }];
  const { folder, names } = kind === 'pattern' ? await findMatchingPictures(input) : await picturesIn(input);
  const jobs = names.map((name) => ({ input: join(folder, name), output: join(output, writableName(name)) }));
  return isInside(output, folder) ? jobs.filter((job) => !isInside(job.input, output)) : jobs;
}

async function picturesIn(folder: string): Promise<{ readonly folder: string; readonly names: readonly string[] }> {
  const root = resolve(folder);
  return { folder, names: (await findPictures(folder)).map((path) => relative(root, path)) };
}

/** Whether a path lies in a folder; results of an earlier run that do are no input of this one. */
function isInside(path: string, folder: string): boolean {
  return resolve(path).startsWith(resolve(folder) + sep);
}

function writableName(name: string): string {
  return isWritableFormat(name) ? name : `${name.slice(0, name.length - extname(name).length)}.png`;
}

/** A path below a folder, the same on all systems. */
function nameIn(folder: string, path: string): string {
  return relative(folder, path).replaceAll(sep, '/');
}

/** The jobs without repetition. */
function requireDistinctOutputs(jobs: readonly StylizeJob[]): readonly StylizeJob[] {
  const byOutput = new Map<string, StylizeJob>();
  for (const job of jobs) {
    const other = byOutput.get(resolve(job.output));
    if (other && resolve(other.input) !== resolve(job.input)) {
      throw new UsageError(
        `Expected inputs of different names but ${other.input} and ${job.input} would both be written to ${job.output}; ` +
          'stylize them into different folders',
      );
    }
    byOutput.set(resolve(job.output), job);
  }
  return [...byOutput.values()];
}

/** Files that are looked up at a time. */
const lookUps = 16;

/** @param given inputs that may be links themselves, and are followed: what looks like another file may be the same one */
async function requireInputsKept(
  jobs: readonly StylizeJob[],
  all: readonly StylizeJob[],
  given: readonly string[],
): Promise<void> {
  const kept = new Set(await inRealFolders(all.map(({ input }) => input)));
  for (const path of await mapInParallel(given, lookUps, realPath)) if (path !== undefined) kept.add(path);
  await mapInParallel(jobs, lookUps, async ({ output }) => {
    const existing = await realPath(output);
    if (existing !== undefined && kept.has(existing)) {
      throw new UsageError(`Expected another --output: ${output} is an input and would be overwritten`);
    }
  });
}

/** The paths with links among their folders followed, each folder's once: there may be a million files. */
async function inRealFolders(paths: readonly string[]): Promise<readonly string[]> {
  const folders = [...new Set(paths.map((path) => dirname(path)))];
  const real = await mapInParallel(folders, lookUps, (folder) => realpath(folder));
  const realOf = new Map(folders.map((folder, index) => [folder, real[index] ?? folder]));
  return paths.map((path) => join(realOf.get(dirname(path)) ?? '', basename(path)));
}

/** A path with all links followed; undefined if there is nothing. */
async function realPath(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}

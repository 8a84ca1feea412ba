import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { isFolder, requireWritableFolder } from '../../files/make-folder.node.ts';
import { systemErrorCode } from '../../files/system-error.node.ts';
import { isWritableFormat, writableFormats } from '../../image/encode.node.ts';
import { findMatchingPictures, findPicturesBelow, isPattern, isPictureFile } from '../../image/find.node.ts';
import { UsageError } from '../shared/exit.ts';
import { mapInParallel } from '../shared/in-parallel.ts';
import { isInShard, type Shard } from './shard.ts';

/** One picture to stylize, and the file to write. */
export interface StylizeJob {
  readonly input: string;
  readonly output: string;
}

/** A picture that could not be stylized, or an input that could not be looked at; and why. */
export interface Failure {
  readonly input: string;
  readonly reason: string;
}

/** What is to be stylized, and what cannot be. */
export interface StylizePlan {
  readonly jobs: readonly StylizeJob[];
  readonly failed: readonly Failure[];
}

/**
 * Decides which files are written: `output` itself for one picture if it is named like a picture, otherwise files in the
 * folder `output`, under the inputs' names (folders inside a folder, or below the beginning of a pattern, mirrored). An
 * input of a format that is only read becomes a .png. Nothing is written, and no picture is opened. Inputs fail that are
 * missing, hold or match no pictures or may not be read, and pictures that would be written where another one is.
 * @param shard the part of the pictures that is wanted, and of the failures; all by default
 * @param alsoRead files besides the inputs that must not be overwritten either
 * @throws UsageError if an input would be overwritten; an error if the output folder cannot be written
 */
export async function planStylizing(
  inputs: readonly string[],
  output: string,
  shard?: Shard,
  alsoRead: readonly string[] = [],
): Promise<StylizePlan> {
  const found = await Promise.all(inputs.map(kindOfInput));
  const namesFile = await isOutputFile(found, output);
  const fileFor = (input: string) => (namesFile ? output : join(output, writableName(basename(input))));
  const planned = await Promise.all(
    inputs.map((input, index) => planInput({ input, output: fileFor(input) }, found[index], output)),
  );
  const { distinct, clashing } = divideByOutput(planned.flatMap(({ jobs }) => jobs));
  const folder = namesFile ? dirname(output) : output;
  const jobs = shard ? distinct.filter((job) => isInShard(nameIn(folder, job.output), shard)) : distinct;
  await requireInputsKept(jobs, distinct, [...inputs, ...alsoRead]);
  for (const written of new Set(jobs.map((job) => dirname(job.output)))) await requireWritableFolder(written);
  const failed = [...planned.flatMap((each) => each.failed), ...clashing];
  return { jobs, failed: shard ? failed.filter(({ input }) => isInShard(input, shard)) : failed };
}

/** What an input is; an error if it is nothing. */
type InputKind = 'file' | 'folder' | 'pattern' | Error;

async function kindOfInput(path: string): Promise<InputKind> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' && isPattern(path)) return 'pattern';
    const reason = `Expected a picture or a folder of pictures at ${path} but ${unreachableReason(error)}`;
    return new Error(reason, { cause: error });
  }
}

function unreachableReason(error: unknown): string {
  switch (systemErrorCode(error)) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
      return 'its folder may not be read (no permission)';
    case 'ENOTDIR':
      return 'a part of its path is a file, not a folder';
    default:
      return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether `output` names the one file to write, not a folder. */
async function isOutputFile(kinds: readonly InputKind[], output: string): Promise<boolean> {
  if (output === '-')
    throw new UsageError('Expected a file or a folder for --output, which is no pipe, but received -');
  if (await isFolder(output)) return false;
  const isOnePicture = kinds.length === 1 && kinds[0] !== 'folder' && kinds[0] !== 'pattern';
  if (!isPictureFile(output)) {
    if (!isOnePicture || extname(output) === '' || output.endsWith('/')) return false;
    throw new UsageError(
      `Name --output as a picture (${writableFormats.join(', ')}) or as a folder, with / at its end: ${output} is neither`,
    );
  }
  if (isOnePicture) {
    if (isWritableFormat(output)) return true;
    throw new UsageError(`${extname(output)} can be read but not written. Name --output ${writableFormats.join(', ')}`);
  }
  throw new UsageError(
    `Expected a folder for --output, since there are several pictures to stylize, but received ${output}`,
  );
}

/** @param single the input as the one picture that it is unless it is a folder or a pattern */
async function planInput(single: StylizeJob, kind: InputKind | undefined, output: string): Promise<StylizePlan> {
  const { input } = single;
  if (kind instanceof Error) return { jobs: [], failed: [{ input, reason: kind.message }] };
  if (kind === 'file') return { jobs: [single], failed: [] };
  try {
    const { folder, names, unreadable } = await (kind === 'pattern' ? findMatchingPictures : findPicturesBelow)(input);
    const jobs = names.map((name) => ({ input: join(folder, name), output: join(output, writableName(name)) }));
    return {
      jobs: isInside(output, folder) ? jobs.filter((job) => !isInside(job.input, output)) : jobs,
      failed: unreadable.map((name) => unreadableFolder(join(folder, name))),
    };
  } catch (error) {
    return { jobs: [], failed: [{ input, reason: messageOf(error) }] };
  }
}

function unreadableFolder(input: string): Failure {
  return {
    input,
    reason: `Expected to look for pictures in the folder ${input} but it may not be read (no permission)`,
  };
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

/** The jobs without repetition; of two that would write the same file the first is done. */
function divideByOutput(jobs: readonly StylizeJob[]) {
  const byOutput = new Map<string, StylizeJob>();
  const clashing: Failure[] = [];
  for (const job of jobs) {
    const other = byOutput.get(resolve(job.output));
    if (!other) byOutput.set(resolve(job.output), job);
    else if (resolve(other.input) !== resolve(job.input)) clashing.push(clash(job, other));
  }
  return { distinct: [...byOutput.values()], clashing };
}

function clash({ input, output }: StylizeJob, other: StylizeJob): Failure {
  const reason = `Expected inputs of different names but ${other.input} and ${input} would both be written to ${output}`;
  return { input, reason: `${reason}; the first is, stylize the other one into another folder` };
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

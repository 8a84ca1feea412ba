import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { isWritableFormat } from '../image/encode.node.ts';
import { findPictures, isPictureFile } from '../image/find.node.ts';
import { isFolder, requireWritableFolder } from '../image/make-folder.node.ts';
import { UsageError } from './exit.ts';

/** One picture to stylize, and the file to write. */
export interface StylizeJob {
  readonly input: string;
  readonly output: string;
}

/**
 * Decides which files are written: `output` itself for one picture if it is named like a picture, otherwise files in the
 * folder `output`, under the inputs' names (folders inside a folder mirrored). An input of a format that is only read
 * becomes a .png. Nothing is written, and no picture is opened.
 * @throws UsageError if two inputs would write the same file or an input would be overwritten; an error if an input is
 * missing, a folder holds no pictures, or the output folder cannot be written
 */
export async function planStylizing(inputs: readonly string[], output: string): Promise<readonly StylizeJob[]> {
  const kinds = await Promise.all(inputs.map(kindOfInput));
  const jobs = (await isOutputFile(kinds, output))
    ? inputs.map((input) => ({ input, output }))
    : (await Promise.all(inputs.map((input, index) => jobsInFolder(input, kinds[index], output)))).flat();
  const distinct = requireDistinctOutputs(jobs);
  await requireInputsKept(distinct);
  for (const folder of new Set(distinct.map((job) => dirname(job.output)))) await requireWritableFolder(folder);
  return distinct;
}

type InputKind = 'file' | 'folder';

async function kindOfInput(path: string): Promise<InputKind> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw new Error(`Expected a picture or a folder of pictures at ${path} but ${reason}`);
  });
  return found.isDirectory() ? 'folder' : 'file';
}

/** Whether `output` names the one file to write, not a folder. */
async function isOutputFile(kinds: readonly InputKind[], output: string): Promise<boolean> {
  if (!isPictureFile(output) || (await isFolder(output))) return false;
  if (kinds.length === 1 && kinds[0] === 'file') {
    if (isWritableFormat(output)) return true;
    throw new UsageError(`Expected a format that can be written for --output, such as .png, but received ${output}`);
  }
  throw new UsageError(
    `Expected a folder for --output, since there are several pictures to stylize, but received ${output}`,
  );
}

async function jobsInFolder(input: string, kind: InputKind | undefined, output: string): Promise<StylizeJob[]> {
  if (kind === 'file') return [{ input, output: join(output, writableName(basename(input))) }];
  const found = await findPictures(input);
  const pictures = isInside(output, input) ? found.filter((path) => !isInside(path, output)) : found;
  return pictures.map((path) => {
    const name = relative(resolve(input), path);
    return { input: join(input, name), output: join(output, writableName(name)) };
  });
}

/** Whether a path lies in a folder; results of an earlier run that do are no input of this one. */
function isInside(path: string, folder: string): boolean {
  return resolve(path).startsWith(resolve(folder) + sep);
}

function writableName(name: string): string {
  return isWritableFormat(name) ? name : `${name.slice(0, name.length - extname(name).length)}.png`;
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

async function requireInputsKept(jobs: readonly StylizeJob[]): Promise<void> {
  // Links are followed: what looks like another file may be the same one.
  const inputs = new Set(await Promise.all(jobs.map(({ input }) => realpath(input))));
  for (const { output } of jobs) {
    const existing = await realpath(output).catch(() => null);
    if (existing !== null && inputs.has(existing)) {
      throw new UsageError(`Expected another --output: ${output} is an input and would be overwritten`);
    }
  }
}

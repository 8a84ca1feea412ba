import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type ExportOptions, exportedModel } from '../graph-builder/passes/export-passes.ts';
import { psnr } from '../image/compare.ts';
import { decodeWithin } from '../image/decode.node.ts';
import { makeFolder } from '../image/make-folder.node.ts';
import { writeWholeFile } from '../image/write-file.node.ts';
import { openStylizer, readModel } from '../infer/index.node.ts';
import type { SessionOptions } from '../infer/session.node.ts';
import { resolveModel } from '../infer/shipped-styles.node.ts';
import { UsageError } from './exit.ts';
import { report } from './options.ts';
import { choosePhotographs } from './sample-photographs.ts';

/** The flags of `impasto export`. */
export interface ExportArguments extends SessionOptions, ExportOptions {
  readonly model: string;
  readonly output: string;
  readonly photographs: readonly string[] | undefined;
}

/** Larger photographs are reduced to this long side before both models paint them. */
const longSide = 512;

/**
 * Writes a model after the export passes that the flags ask for, and reports its size and how far its pictures are from
 * the original's. The file is written when both models have painted all photographs, whole or not at all.
 */
export async function runExport(flags: ExportArguments, json: boolean): Promise<void> {
  const { output, precision } = flags;
  if (precision === undefined) throw new UsageError('Expected what to export: --precision half');
  const path = await resolveModel(flags.model);
  await requireAnotherFile(path, output);
  const photographs = await choosePhotographs(flags.photographs);
  const original = await readModel(path);
  const exported = exportOf(original, path, { precision });
  const psnr = await comparePictures({ original, exported, path }, photographs, flags);
  await makeFolder(dirname(output));
  await writeWholeFile(output, exported).catch((error: Error) => {
    throw new Error(`Expected to write a model to ${output} but ${error.message}`, { cause: error });
  });
  const share = exported.length / original.length;
  const size = `${megabytes(exported.length)} MB, ${share.toFixed(3)} of the ${megabytes(original.length)} MB of ${path}`;
  const likeness = `PSNR ${decibels(psnr.mean)} (at least ${decibels(psnr.least)}, photographs: ${photographs.length})`;
  report(
    { output, bytes: exported.length, originalBytes: original.length, share, photographs, psnr },
    `${output}: ${size}; ${likeness}`,
    json,
  );
}

async function requireAnotherFile(model: string, output: string): Promise<void> {
  const existing = await realpath(output).catch(() => null);
  if (existing === null || existing !== (await realpath(model).catch(() => model))) return;
  throw new UsageError(`Expected another --output: ${output} is the model itself and would be overwritten`);
}

function exportOf(model: Uint8Array, path: string, options: ExportOptions): Uint8Array {
  try {
    return exportedModel(model, options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${path}: ${reason}`, { cause: error });
  }
}

interface ModelPair {
  readonly original: Uint8Array;
  readonly exported: Uint8Array;
  readonly path: string;
}

/** The PSNR in decibels of both models' pictures of some photographs; infinite where they are the same. */
async function comparePictures(
  { original, exported, path }: ModelPair,
  photographs: readonly string[],
  options: SessionOptions,
): Promise<{ readonly mean: number; readonly least: number }> {
  const first = await openStylizer(original, path, options);
  const second = await openStylizer(exported, `the export of ${path}`, options);
  try {
    const ratios: number[] = [];
    for (const file of photographs) {
      const photograph = await decodeWithin(file, { longSide });
      const [a, b] = [await first.stylizer.stylize(photograph), await second.stylizer.stylize(photograph)];
      ratios.push(psnr(a, b));
    }
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    return { mean, least: Math.min(...ratios) };
  } finally {
    await Promise.all([first.stylizer.release(), second.stylizer.release()]);
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}

function decibels(ratio: number): string {
  return `${ratio.toFixed(1)} dB`;
}

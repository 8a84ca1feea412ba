import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { choosePhotographs } from '../../dataset/sample-photographs.node.ts';
import { type Comparison, compareModels, type Likeness } from '../../export/comparison.node.ts';
import { type ExportedFile, exportModel, type FileExportOptions } from '../../export/export-model.node.ts';
import { makeFolder } from '../../files/make-folder.node.ts';
import { writeWholeFile } from '../../files/write-file.node.ts';
import { decodePicture, decodeWithin, PictureError } from '../../image/decode.node.ts';
import type { Picture } from '../../image/picture.ts';
import { resizePicture } from '../../image/resize.node.ts';
import { openStylizer, readModel } from '../../infer/open-stylizer.node.ts';
import type { SessionOptions } from '../../infer/session.node.ts';
import { resolveModel } from '../../infer/shipped-styles.node.ts';
import type { Stylizer } from '../../infer/stylizer.ts';
import { earlierOptions } from '../../lowering/export/export-passes.ts';
import type { PixelSize } from '../../lowering/export/fixed-size.ts';
import { UsageError } from '../shared/exit.ts';
import { report } from '../shared/options.ts';

/** The flags of `impasto export`. */
export interface ExportArguments extends SessionOptions, FileExportOptions {
  readonly model: string;
  readonly output: string;
  readonly photographs: readonly string[] | undefined;
}

/** Larger photographs are reduced to this long side before both models paint them. */
const longSide = 512;

/**
 * Writes a model after the export passes that the flags ask for, and reports its size, how far its pictures are from the
 * original's, and its speed here. The file is written when both models have painted all photographs, whole or not at all.
 */
export async function runExport(flags: ExportArguments, json: boolean): Promise<void> {
  const { output } = flags;
  requireOneMeaning(flags);
  const path = await resolveModel(flags.model);
  await requireAnotherFile(path, output);
  const pictures = await readPictures(await choosePhotographs(flags.photographs), flags.size);
  const photographs = [...pictures.keys()];
  const model = await readModel(path);
  // Whatever is no style network is refused before the work begins.
  const original = await openStylizer(model, path, flags);
  const compared = exportAndCompare(model, original.stylizer, path, [...pictures.values()], flags);
  const { exported, comparison } = await compared.finally(() => original.stylizer.release());
  await makeFolder(dirname(output));
  await writeWholeFile(output, exported.bytes).catch((error: Error) => {
    throw new Error(`Expected to write a model to ${output} but ${error.message}`, { cause: error });
  });
  const sizes = { bytes: exported.bytes.length, originalBytes: model.length };
  const share = sizes.bytes / sizes.originalBytes;
  report(
    { output, ...sizes, share, photographs, ...comparison, leftInFloat: exported.leftInFloat, device: original.device },
    [
      `${output}: ${megabytes(sizes.bytes)} MB, ${share.toFixed(3)} of the ${megabytes(model.length)} MB of ${path}${sizeReason(model, flags)}`,
      ...sentences(comparison, exported, photographs.length, original.device),
    ].join('; '),
    json,
  );
}

async function exportAndCompare(
  model: Uint8Array,
  original: Stylizer,
  path: string,
  pictures: readonly Picture[],
  { precision, size, io, format, device, threads }: ExportArguments,
): Promise<{ readonly exported: ExportedFile; readonly comparison: Comparison }> {
  const exported = await exportModel(model, pictures, { precision, size, io, format }, { device, threads }).catch(
    (error: Error) => {
      throw new Error(`${path}: ${error.message}`, { cause: error });
    },
  );
  const { stylizer } = await openStylizer(exported.bytes, `the export of ${path}`, { device, threads });
  const comparison = await compareModels(original, stylizer, pictures).finally(() => stylizer.release());
  return { exported, comparison };
}

/** @throws UsageError if flags contradict each other */
function requireOneMeaning({ output, precision, format, device }: ExportArguments): void {
  if (!output.endsWith(`.${format}`)) {
    throw new UsageError(`Expected --output to end in .${format} for --format ${format} but received ${output}`);
  }
  if (format !== 'ort') return;
  if (precision === 'half') {
    throw new UsageError(
      'Expected --format onnx with --precision half: ONNX Runtime writes its own format with weights of 32 bits, so that the file would be no smaller',
    );
  }
  if (device === 'cuda' || device === 'webgpu') {
    throw new UsageError(
      `Expected --device cpu with --format ort, which is optimised for CPUs, but received ${device}`,
    );
  }
}

async function requireAnotherFile(model: string, output: string): Promise<void> {
  const existing = await realpath(output).catch(() => null);
  if (existing === null || existing !== (await realpath(model).catch(() => model))) return;
  throw new UsageError(`Expected another --output: ${output} is the model itself and would be overwritten`);
}

/** The photographs that can be read, by file; what cannot is named on stderr. */
async function readPictures(
  files: readonly string[],
  size: PixelSize | undefined,
): Promise<ReadonlyMap<string, Picture>> {
  const pictures = new Map<string, Picture>();
  for (const file of files) {
    try {
      pictures.set(file, await readPicture(file, size));
    } catch (error) {
      if (!(error instanceof PictureError) || files.length === 1) throw error;
      process.stderr.write(`Warning: ${error.message}; it is left out\n`);
    }
  }
  if (pictures.size === 0) throw new Error(`Expected photographs that can be read but none of ${files.length} can`);
  return pictures;
}

async function readPicture(file: string, size: PixelSize | undefined): Promise<Picture> {
  return size ? resizePicture(await decodePicture(file), size, 'cover') : decodeWithin(file, { longSide });
}

/** Why a file is no smaller than one would think. */
function sizeReason(model: Uint8Array, { precision, format }: ExportArguments): string {
  if (format === 'ort') return ' (this format holds weights of 32 bits, and what the runtime computes from them)';
  const wasHalf = earlierOptions(model).precision === 'half';
  return precision === 'half' && wasHalf ? ' (whose weights were of 16 bits already)' : '';
}

function sentences(
  { psnr, ssim, seconds }: Comparison,
  { leftInFloat }: ExportedFile,
  photographs: number,
  device: string,
): readonly string[] {
  const decibels = (ratio: number) => (Number.isFinite(ratio) ? `${ratio.toFixed(1)} dB` : 'no difference');
  const likeness = (name: string, { mean, least }: Likeness, print: (value: number) => string) => {
    if (!Number.isFinite(least)) return `${name} ${print(least)}`;
    // Of photographs without any difference there is no mean.
    return Number.isFinite(mean)
      ? `${name} ${print(mean)} (at least ${print(least)})`
      : `${name} at least ${print(least)}`;
  };
  return [
    `${likeness('PSNR', psnr, decibels)}, ${likeness('SSIM', ssim, (value) => value.toFixed(4))}, photographs: ${photographs}`,
    `${seconds.ratio.toFixed(2)} of the original's time on this machine's ${device}`,
    ...(leftInFloat.length > 0 ? [`left in float: ${leftInFloat.join(', ')}`] : []),
  ];
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}

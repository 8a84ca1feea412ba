import { diagnose } from '../../evaluate/doctor/diagnose.ts';
import { findPhotographs, pairsOfModel } from '../../evaluate/objective/evaluate-pairs.node.ts';
import { decodeWithin } from '../../image/decode.node.ts';
import type { Picture } from '../../image/picture.ts';
import type { Device } from '../../infer/device.ts';
import { openStylizer, readModel } from '../../infer/open-stylizer.node.ts';
import { resolveModel } from '../../infer/shipped-styles.node.ts';
import { actualDevice } from '../shared/actual-device.ts';
import { UsageError } from '../shared/exit.ts';
import { report } from '../shared/options.ts';
import { openPainting, type PaintingFlags } from '../shared/painting.ts';
import { PicturesProgress } from '../stylize/pictures-progress.ts';
import { doctorPhotographs, examinedSide, paintInTurn } from './pictures.ts';
import { findingsTable } from './table.ts';

/** The flags of `impasto doctor`. */
export interface DoctorArguments extends PaintingFlags {
  readonly model: string;
  readonly content: string | undefined;
  readonly style: string | undefined;
  readonly device: Device;
  readonly threads: number | undefined;
}

/**
 * Paints photographs with the model, measures what spoils them and reports it.
 * @throws UsageError if the model is no style network; an error if a fault was found
 */
export async function runDoctor(flags: DoctorArguments, json: boolean): Promise<void> {
  const { model, content, style, ...options } = flags;
  const photographs = content === undefined ? doctorPhotographs() : await findPhotographs(content);
  const painting = style === undefined ? undefined : await readPainting(style, flags);
  const path = await resolveModel(model);
  const bytes = await readModel(path);
  const device = await actualDevice(options.device);
  // With the file read and the device found, what can still fail is the model itself.
  const { stylizer } = await openStylizer(bytes, path, { ...options, device }).catch((error: Error) => {
    throw new UsageError(error.message, { cause: error });
  });
  const progress = new PicturesProgress(photographs.length);
  progress.start();
  const pictures = paintInTurn(photographs, pairsOfModel(stylizer, examinedSide), () => progress.done());
  const findings = await diagnose(pictures, painting).finally(async () => {
    progress.end();
    await stylizer.release();
  });
  report({ model, photographs: photographs.length, findings }, findingsTable(findings), json);
  const found = findings.filter((finding) => finding.found);
  if (found.length > 0) throw new Error(`${model} has faults: ${found.map(({ fault }) => fault).join(', ')}`);
}

/** What lies within the frame of a painting: the frame's colours are none that a style should have. */
async function readPainting(style: string, flags: PaintingFlags): Promise<Picture> {
  const { region } = await openPainting(style, flags);
  return decodeWithin(style, { longSide: examinedSide, region });
}

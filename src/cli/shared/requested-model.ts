import { decodeResized } from '../../image/decode.node.ts';
import type { Device } from '../../infer/device.ts';
import { readModel } from '../../infer/open-stylizer.node.ts';
import { createWritingSession } from '../../infer/session.node.ts';
import { findStyles, resolveModel } from '../../infer/shipped-styles.node.ts';
import { readBaseFile } from '../../style-file/base/base-file.node.ts';
import { isBaseFile } from '../../style-file/base/base-file.ts';
import { shippedBase } from '../../style-file/base/shipped-base.node.ts';
import { predictedModel, predictedStyleSize } from '../../train/base/predicted-model.node.ts';
import { actualDevice } from './actual-device.ts';
import { UsageError } from './exit.ts';
import { openPainting, type PaintingFlags } from './painting.ts';

/** How a command is told what to paint with: a trained style, or any painting. */
export interface RequestedModelFlags extends PaintingFlags {
  readonly model: string | undefined;
  readonly style: string | undefined;
  readonly device: Device;
  readonly threads: number | undefined;
}

/** The bytes of a style network, and what it is called in messages. */
export interface RequestedModel {
  readonly bytes: Uint8Array;
  readonly name: string;
}

/**
 * The model that --model names, or that is predicted for the painting of --style.
 * @throws UsageError if not one of them is given; one sentence if it cannot be read
 */
export async function readRequestedModel(given: RequestedModelFlags): Promise<RequestedModel> {
  const flags = await withNamedStyle(given);
  const { model, style, noCrop } = flags;
  if (model !== undefined && style === undefined) {
    if (noCrop !== undefined) throw new UsageError('Expected --no-crop with --style only');
    if (isBaseFile(model)) {
      throw new UsageError(
        `Expected a style network for --model but ${model} is a base, which paints after any painting: --style PAINTING`,
      );
    }
    const name = await resolveModel(model);
    return { bytes: await readModel(name), name };
  }
  if (style === undefined || model !== undefined) {
    const came = model === undefined ? 'neither' : 'both';
    throw new UsageError(
      `Expected either a trained style, --model NAME-OR-FILE, or a painting, --style FILE, but received ${came}`,
    );
  }
  return { bytes: await predictFrom(style, flags), name: style };
}

/** `--style NAME` of a trained style means what `--model NAME` does. */
export async function withNamedStyle<Flags extends Pick<RequestedModelFlags, 'model' | 'style'>>(
  flags: Flags,
): Promise<Flags> {
  const { model, style } = flags;
  if (model !== undefined || style === undefined) return flags;
  const isNamed = (await findStyles()).some(({ name }) => name === style);
  return isNamed ? { ...flags, model: style, style: undefined } : flags;
}

async function predictFrom(style: string, flags: RequestedModelFlags): Promise<Uint8Array> {
  const device = await actualDevice(flags.device);
  const { region } = await openPainting(style, flags);
  const painting = await decodeResized(style, { shortSide: predictedStyleSize, region });
  const createSession = (model: Uint8Array) => createWritingSession(model, { device, threads: flags.threads });
  return predictedModel(await readBaseFile(shippedBase), painting, createSession);
}

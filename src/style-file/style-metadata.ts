import { z } from 'zod';
import { type ExportOptions, exportKey, exportOptionsSchema } from '../lowering/export/export-passes.ts';
import { type TrainingConfiguration, trainingConfigurationSchema } from './training-configuration.ts';

/** What the names in a recipe stood for, and how far the training came. */
const trainingSchema = z.object({
  /** Optimiser steps done. */
  step: z.int().min(0),
  /** SHA-256, in hexadecimal, of the painting's file. */
  painting: z.string(),
  /** SHA-256 of the loss network's weights (see `lossNetworkDigest`). */
  lossNetwork: z.string(),
  /** How many photographs the folder held, and the SHA-256 of their names. */
  photographs: z.object({ count: z.int().min(0), digest: z.string() }),
});

export type TrainingSummary = z.infer<typeof trainingSchema>;

/** What model.onnx says about itself in its `metadata_props`. */
export interface StyleMetadata {
  /** All options of the run, so that it can be repeated; files by their names alone. */
  readonly recipe: TrainingConfiguration;
  readonly training: TrainingSummary;
  /** A photograph in this style as a small picture, a data URL; undefined if there is none. */
  readonly thumbnail: string | undefined;
  /** impasto's version. */
  readonly version: string;
}

/** What a model file says about itself: as it was trained, and what `impasto export` made of it. */
export interface ExportedMetadata extends StyleMetadata {
  /** The options of its export; none in a model as it was trained. */
  readonly exported: ExportOptions;
}

/** Where a style comes from: its metadata as they are before the first step. */
export interface Provenance extends Pick<StyleMetadata, 'recipe'> {
  readonly training: Omit<TrainingSummary, 'step'>;
}

const keys = {
  name: 'style.name',
  author: 'style.author',
  licence: 'style.licence',
  thumbnail: 'style.thumbnail',
  recipe: 'recipe',
  training: 'training',
  version: 'impasto.version',
} as const;

/** The entries of `metadata_props`, in a fixed order. */
export function writeStyleMetadata({ recipe, training, thumbnail, version }: StyleMetadata): Record<string, string> {
  return {
    [keys.name]: recipe.styleName,
    [keys.author]: recipe.author,
    [keys.licence]: recipe.licence,
    ...(thumbnail !== undefined && { [keys.thumbnail]: thumbnail }),
    [keys.recipe]: JSON.stringify(recipe),
    [keys.training]: JSON.stringify(training),
    [keys.version]: version,
  };
}

/**
 * @param file the model's name, for messages
 * @throws if the entries are not those of a model that `impasto train` wrote
 */
export function readStyleMetadata(metadata: Readonly<Record<string, string>>, file: string): ExportedMetadata {
  return {
    recipe: parse(trainingConfigurationSchema, metadata, keys.recipe, file),
    training: parse(trainingSchema, metadata, keys.training, file),
    thumbnail: metadata[keys.thumbnail],
    version: metadata[keys.version] ?? '',
    exported: parse(exportOptionsSchema, { [exportKey]: '{}', ...metadata }, exportKey, file),
  };
}

function parse<T>(schema: z.ZodType<T>, metadata: Readonly<Record<string, string>>, key: string, file: string): T {
  const parsed = schema.safeParse(parseJson(metadata[key] ?? ''));
  if (parsed.success) return parsed.data;
  throw new Error(
    `Expected a model of impasto train in ${file} but its metadata has no ${key} that this version reads`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { z } from 'zod';
import { halfPrecisionTensor, halfToFloat } from '../../graph-builder/ir/half-float.ts';
import { type FloatTensor, floatTensor, isFloatTensor, type Tensor } from '../../graph-builder/ir/tensor.ts';
import { trainedShapes } from '../../graph-builder/networks/trained-part.ts';
import { readSafetensors, writeSafetensors } from '../../graph-builder/safetensors/safetensors.ts';
import { type BaseConfiguration, baseConfigurationSchema, basePart } from './base-configuration.ts';
import type { Base } from './predict-style.ts';

const format = 'impasto-base';

/** What a base file says about how it was made: whatever is painted with it must be looked at in the same way. */
export interface BaseDescription
  extends Pick<BaseConfiguration, 'network' | 'bottleneck' | 'recipe' | 'lossNetwork' | 'pyramidLevels'> {
  /** Optimiser steps that it was trained for. */
  readonly step: number;
}

/** A base as its file holds it. */
export interface DescribedBase extends Base {
  readonly description: BaseDescription;
}

const descriptionSchema: z.ZodType<BaseDescription> = baseConfigurationSchema
  .pick({ network: true, bottleneck: true, recipe: true, lossNetwork: true, pyramidLevels: true })
  .extend({ step: z.int().min(0) });

const scaleNames = { mean: 'descriptor.mean', deviation: 'descriptor.deviation' } as const;

/** Whether a file is a base rather than the model of a style, by its name. */
export function isBaseFile(path: string): boolean {
  return path.endsWith('.safetensors');
}

/** The bytes of base.safetensors: all parameters in half precision, the scale of descriptors in single, its description as metadata. */
export function writeBase({ parameters, descriptorScale, description }: DescribedBase): Uint8Array {
  const { mean, deviation } = descriptorScale;
  const vector = (values: readonly number[]) => floatTensor([values.length], Float32Array.from(values));
  const tensors = new Map<string, Tensor>([
    ...[...parameters].map(([name, tensor]) => [name, halfPrecisionTensor(tensor)] as const),
    [scaleNames.mean, vector(mean)],
    [scaleNames.deviation, vector(deviation)],
  ]);
  return writeSafetensors({ tensors, metadata: { format, description: JSON.stringify(description) } });
}

/**
 * Reads a base file.
 * @param file its name, for messages
 * @throws if the bytes are another file, or one that is damaged or incomplete
 */
export function readBase(bytes: Uint8Array, file: string): DescribedBase {
  const { tensors, metadata } = readSafetensors(bytes, file);
  if (metadata.format !== format) throw new Error(`Expected a base of impasto in ${file} but received another file`);
  const description = readDescription(metadata.description, file);
  const scale = (name: string) => Array.from(readTensor(tensors, name, file).data);
  const descriptorScale = { mean: scale(scaleNames.mean), deviation: scale(scaleNames.deviation) };
  const { network, bottleneck } = description;
  const expected = trainedShapes(network, basePart({ bottleneck, descriptorScale }));
  const parameters = expected.map(({ name, shape }) => {
    const tensor = readTensor(tensors, name, file);
    if (tensor.shape.join() === shape.join()) return [name, tensor] as const;
    throw new Error(`Expected ${name} of shape [${shape}] in the base ${file} but received [${tensor.shape}]`);
  });
  return { network, descriptorScale, parameters: new Map(parameters), description };
}

function readDescription(text: string | undefined, file: string): BaseDescription {
  try {
    return descriptionSchema.parse(JSON.parse(text ?? ''));
  } catch (error) {
    throw new Error(`Expected the base ${file} to describe itself but its metadata is not of this version`, {
      cause: error,
    });
  }
}

function readTensor(tensors: ReadonlyMap<string, Tensor>, name: string, file: string): FloatTensor {
  const tensor = tensors.get(name);
  if (tensor && isFloatTensor(tensor)) return tensor;
  if (tensor?.data instanceof Uint16Array) return floatTensor(tensor.shape, halfToFloat(tensor.data));
  throw new Error(`Expected ${name} in the base ${file} but found none`);
}

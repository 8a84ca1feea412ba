import { Builder, type Offset } from 'flatbuffers';
import type { FloatTensor } from '../ir/tensor.ts';

/** What a checkpoint of ONNX Runtime's training packages holds. */
export interface OrtCheckpoint {
  /** Optimiser steps done. */
  readonly step: number;
  /** The parameters that are trained, each with Adam's moments. */
  readonly parameters: ReadonlyMap<string, OrtTrainedParameter>;
  /** Inputs of the models that the session feeds by itself and does not train. */
  readonly frozen: ReadonlyMap<string, FloatTensor>;
}

interface OrtTrainedParameter {
  readonly value: FloatTensor;
  readonly firstMoment: FloatTensor;
  readonly secondMoment: FloatTensor;
}

const fileIdentifier = 'ODTC';
const version = 2;
/** TensorDataType.FLOAT of ort.fbs. */
const floatDataType = 1;
/** The only group of parameters that ONNX Runtime knows. */
const group = 'group0';
/** The packages' default, which a session starts with whatever a checkpoint says. */
const initialLearningRate = 1e-3;

/**
 * A checkpoint as the bytes of the file that ONNX Runtime's TrainingSession loads: a flatbuffer by the schema
 * onnxruntime/core/flatbuffers/schema/ort_training_checkpoint.fbs (tensors: ort.fbs). Same checkpoint, same bytes.
 */
export function writeOrtCheckpoint({ step, parameters, frozen }: OrtCheckpoint): Uint8Array {
  const trained = [...parameters];
  const tensors = [
    ...trained.flatMap(([, { value, firstMoment, secondMoment }]) => [value, firstMoment, secondMoment]),
    ...frozen.values(),
  ];
  // The builder doubles its buffer when it is full: with room for the data it need not copy it.
  const builder = new Builder(tensors.reduce((bytes, { data }) => bytes + data.byteLength + 256, 1024));

  const moduleState = writeTable(builder, [
    reference(writeTensors(builder, new Map(trained.map(([name, { value }]) => [name, value])))),
    reference(writeTensors(builder, frozen)),
  ]);
  const optimizerStates = trained.map(([name, { firstMoment, secondMoment }]) => {
    const moments = new Map([
      ['momentum0', firstMoment],
      ['momentum1', secondMoment],
    ]);
    return writeTable(builder, [reference(builder.createString(name)), reference(writeTensors(builder, moments))]);
  });
  const optimizerGroup = writeTable(builder, [
    reference(builder.createString(group)),
    int64(BigInt(step)),
    float32(initialLearningRate),
    reference(writeReferences(builder, optimizerStates)),
  ]);
  const checkpoint = writeTable(builder, [
    int32(version),
    reference(moduleState),
    reference(writeReferences(builder, [optimizerGroup])),
  ]);
  builder.finish(checkpoint, fileIdentifier);
  return builder.asUint8Array();
}

function writeTensors(builder: Builder, tensors: ReadonlyMap<string, FloatTensor>): Offset {
  return writeReferences(
    builder,
    [...tensors].map(([name, tensor]) => writeTensor(builder, name, tensor)),
  );
}

function writeTensor(builder: Builder, name: string, { shape, data }: FloatTensor): Offset {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return writeTable(builder, [
    reference(builder.createString(name)),
    null, // doc_string
    reference(writeInt64s(builder, shape)),
    int32(floatDataType),
    reference(builder.createByteVector(bytes)),
  ]);
}

/** Writes one field of the table under way; `slot` is its place in the schema. */
type Field = (builder: Builder, slot: number) => void;

const reference =
  (target: Offset): Field =>
  (builder, slot) =>
    builder.addFieldOffset(slot, target, 0);
const int32 =
  (value: number): Field =>
  (builder, slot) =>
    builder.addFieldInt32(slot, value, 0);
const int64 =
  (value: bigint): Field =>
  (builder, slot) =>
    builder.addFieldInt64(slot, value, 0n);
const float32 =
  (value: number): Field =>
  (builder, slot) =>
    builder.addFieldFloat32(slot, value, 0);

/** A table of the schema's first fields, in the schema's order; null leaves one out. */
function writeTable(builder: Builder, fields: readonly (Field | null)[]): Offset {
  builder.startObject(fields.length);
  fields.forEach((field, slot) => {
    field?.(builder, slot);
  });
  return builder.endObject();
}

// Flatbuffers are written from the end, hence the reversed lists.
function writeReferences(builder: Builder, targets: readonly Offset[]): Offset {
  builder.startVector(4, targets.length, 4);
  for (const target of targets.toReversed()) builder.addOffset(target);
  return builder.endVector();
}

function writeInt64s(builder: Builder, values: readonly number[]): Offset {
  builder.startVector(8, values.length, 8);
  for (const value of values.toReversed()) builder.addInt64(BigInt(value));
  return builder.endVector();
}

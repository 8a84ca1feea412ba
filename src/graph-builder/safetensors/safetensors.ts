import { z } from 'zod';
import { type DataType, elementCount, type Tensor } from '../ir/tensor.ts';

/**
 * The safetensors format (github.com/huggingface/safetensors, "Format"): eight bytes of little-endian header length,
 * a JSON header, then the tensors' bytes, little-endian, row-major, without gaps. Pure functions over bytes; the typed
 * arrays are little-endian because every machine that ONNX Runtime is built for is.
 */

/** The contents of a safetensors file. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where one tensor's bytes are in the file: from `start` up to, not including, `end`. */
export interface SafetensorsEntry {
  readonly type: DataType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: Readonly<Record<string, string>>;
  /** The size in bytes that a complete file with this header has. */
  readonly fileSize: number;
}

interface ElementType {
  readonly name: string;
  readonly bytes: number;
  readonly view: (buffer: ArrayBuffer) => Tensor['data'];
}

const elementTypes: Record<DataType, ElementType> = {
  float32: { name: 'F32', bytes: 4, view: (buffer) => new Float32Array(buffer) },
  float16: { name: 'F16', bytes: 2, view: (buffer) => new Uint16Array(buffer) },
  int64: { name: 'I64', bytes: 8, view: (buffer) => new BigInt64Array(buffer) },
  int32: { name: 'I32', bytes: 4, view: (buffer) => new Int32Array(buffer) },
  int8: { name: 'I8', bytes: 1, view: (buffer) => new Int8Array(buffer) },
  bool: { name: 'BOOL', bytes: 1, view: (buffer) => new Uint8Array(buffer) },
  uint8: { name: 'U8', bytes: 1, view: (buffer) => new Uint8Array(buffer) },
};
const typesByName: ReadonlyMap<string, DataType> = new Map([
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I8', 'int8'],
  ['BOOL', 'bool'],
  ['U8', 'uint8'],
]);

/** Bytes of the header's length, at the very beginning of the file. */
export const headerLengthBytes = 8;
/** The reference implementation refuses longer headers. */
const longestHeader = 100_000_000;
const metadataKey = '__metadata__';

const naturalNumber = z.number().int().nonnegative();
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(naturalNumber),
  data_offsets: z.tuple([naturalNumber, naturalNumber]),
});

/**
 * Where the header of a safetensors file ends and the data begins, from the file's first bytes.
 * @param start the first eight bytes of the file, or more
 * @param file the file's name, for error messages
 * @throws if the bytes cannot be the beginning of a safetensors file
 */
export function safetensorsHeaderEnd(start: Uint8Array, file: string): number {
  if (start.length < headerLengthBytes) {
    throw new Error(
      `${file} is not a safetensors file: expected at least ${headerLengthBytes} bytes but received ${start.length}`,
    );
  }
  const length = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true);
  if (length < 2n || length > BigInt(longestHeader)) {
    const beginning = JSON.stringify(String.fromCharCode(...start.subarray(0, headerLengthBytes)));
    throw new Error(
      `${file} is not a safetensors file: expected a header length of 2 to ${longestHeader} in its first eight bytes ` +
        `but received ${length} (the file begins with ${beginning})`,
    );
  }
  return headerLengthBytes + Number(length);
}

/**
 * Reads the header alone: names, types, shapes and positions.
 * @param start the file's beginning, up to the end of the header or further
 * @param file the file's name, for error messages
 * @throws if the header is incomplete or malformed, has a type other than F32, F16, I64, U8 and BOOL, or if the
 * tensors' positions overlap, leave holes or do not fit their shapes
 */
export function parseSafetensorsHeader(start: Uint8Array, file: string): SafetensorsHeader {
  const dataStart = safetensorsHeaderEnd(start, file);
  if (start.length < dataStart) {
    throw new Error(`${file} is truncated: expected a header of ${dataStart} bytes but the file has ${start.length}`);
  }
  const json = parseHeaderJson(start.subarray(headerLengthBytes, dataStart), file);
  const entries = new Map<string, SafetensorsEntry>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(json)) {
    if (name === metadataKey) metadata = parseMetadata(value, file);
    else entries.set(name, parseEntry(name, value, dataStart, file));
  }
  return { entries, metadata, fileSize: requireContiguous(entries, dataStart, file) };
}

/**
 * Reads a whole safetensors file; the tensors' data is copied out of `bytes`.
 * @param file the file's name, for error messages
 * @throws as `parseSafetensorsHeader` does, and if the file is shorter or longer than its header says
 */
export function readSafetensors(bytes: Uint8Array, file: string): Safetensors {
  const { entries, metadata, fileSize } = parseSafetensorsHeader(bytes, file);
  requireFileSize(fileSize, bytes.length, file);
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of entries) {
    tensors.set(name, tensorFromBytes(entry, bytes.subarray(entry.start, entry.end)));
  }
  return { tensors, metadata };
}

/** @throws if a file's size is not the one that its header describes, saying whether it is too short or too long */
export function requireFileSize(expected: number, received: number, file: string): void {
  if (received === expected) return;
  const state = received < expected ? 'is truncated' : 'has bytes after its last tensor';
  throw new Error(`${file} ${state}: expected ${expected} bytes but received ${received}`);
}

/**
 * The tensor of a header's entry over a copy of its bytes.
 * @throws if there are not exactly as many bytes as the entry has
 */
export function tensorFromBytes({ type, shape, start, end }: SafetensorsEntry, bytes: Uint8Array): Tensor {
  if (bytes.length !== end - start) {
    throw new Error(`Expected ${end - start} bytes for a ${type} tensor [${shape}] but received ${bytes.length}`);
  }
  return { type, shape, data: elementTypes[type].view(Uint8Array.from(bytes).buffer) };
}

/**
 * The bytes of a safetensors file. The same contents give the same bytes, in whatever order they come: the largest
 * element types first, so that every tensor is aligned, then by name.
 * @throws if a tensor has the reserved name `__metadata__` or not as many elements as its shape
 */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array<ArrayBuffer> {
  const ordered = [...tensors].sort(
    ([nameA, a], [nameB, b]) => elementTypes[b.type].bytes - elementTypes[a.type].bytes || compare(nameA, nameB),
  );
  const header = encodeHeader(ordered, metadata);
  const dataBytes = ordered.reduce((sum, [, { data }]) => sum + data.byteLength, 0);
  const file = new Uint8Array(headerLengthBytes + header.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, headerLengthBytes);
  let position = headerLengthBytes + header.length;
  for (const [, { data }] of ordered) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

function encodeHeader(ordered: readonly (readonly [string, Tensor])[], metadata: Safetensors['metadata']): Uint8Array {
  const fields: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) {
    fields.push([metadataKey, Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => compare(a, b)))]);
  }
  let offset = 0;
  for (const [name, { type, shape, data }] of ordered) {
    if (name === metadataKey) throw new Error(`Expected a tensor name but received ${metadataKey}, which is reserved`);
    if (data.length !== elementCount(shape)) {
      throw new Error(`Expected ${elementCount(shape)} elements in ${name} [${shape}] but received ${data.length}`);
    }
    const end = offset + data.byteLength;
    fields.push([name, { dtype: elementTypes[type].name, shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(fields)));
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(' '.charCodeAt(0));
  padded.set(json);
  return padded;
}

/** Orders by UTF-16 code units, which no locale changes. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function parseHeaderJson(bytes: Uint8Array, file: string): object {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new Error(`${file} is not a safetensors file: expected a JSON header but received other bytes`, { cause });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new Error(`${file} is not a safetensors file: expected a JSON object as its header`);
  }
  return json;
}

function parseMetadata(value: unknown, file: string): Record<string, string> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    // Entry by entry: a key __proto__ is one like any other here, and zod's copy of a record leaves it out.
    const entries = Object.entries(value).map(([key, text]) => [key, z.string().safeParse(text).data] as const);
    if (entries.every((entry): entry is readonly [string, string] => entry[1] !== undefined)) {
      return Object.fromEntries(entries);
    }
  }
  throw new Error(
    `${file}: expected the header's ${metadataKey} to hold strings but received ${JSON.stringify(value)}`,
  );
}

function parseEntry(name: string, value: unknown, dataStart: number, file: string): SafetensorsEntry {
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) {
    throw new Error(
      `${file}: expected dtype, shape and data_offsets for the tensor ${name} but received ${JSON.stringify(value)}`,
    );
  }
  const { dtype, shape, data_offsets } = parsed.data;
  const type = typesByName.get(dtype);
  if (type === undefined) {
    const known = [...typesByName.keys()].join(', ');
    throw new Error(`${file}: expected ${known} as the type of the tensor ${name} but received ${dtype}`);
  }
  const expected = elementCount(shape) * elementTypes[type].bytes;
  const received = data_offsets[1] - data_offsets[0];
  if (received !== expected) {
    throw new Error(
      `${file}: expected ${expected} bytes for the tensor ${name} (${dtype} [${shape}]) but its offsets hold ${received}`,
    );
  }
  return { type, shape, start: dataStart + data_offsets[0], end: dataStart + data_offsets[1] };
}

/** @returns the position after the last tensor */
function requireContiguous(entries: ReadonlyMap<string, SafetensorsEntry>, dataStart: number, file: string): number {
  const ordered = [...entries].sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  let position = dataStart;
  for (const [name, { start, end }] of ordered) {
    if (start !== position) {
      const fault = start < position ? 'overlaps the tensor before it' : 'leaves a hole before it';
      throw new Error(
        `${file}: the tensor ${name} ${fault}: expected it to start at byte ${position - dataStart} of the data ` +
          `but received ${start - dataStart}`,
      );
    }
    position = end;
  }
  return position;
}

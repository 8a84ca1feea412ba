import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DataType,
  dataTypes,
  elementCount,
  floatTensor,
  type Tensor,
} from '../../../src/graph-builder/ir/tensor.ts';
import {
  parseSafetensorsHeader,
  readSafetensors,
  type Safetensors,
  safetensorsHeaderEnd,
  writeSafetensors,
} from '../../../src/graph-builder/safetensors/safetensors.ts';

const elementBytes: Record<DataType, number> = {
  float32: 4,
  float16: 2,
  int64: 8,
  int32: 4,
  int8: 1,
  uint8: 1,
  bool: 1,
};
const views: Record<DataType, (buffer: ArrayBuffer) => Tensor['data']> = {
  float32: (buffer) => new Float32Array(buffer),
  float16: (buffer) => new Uint16Array(buffer),
  int64: (buffer) => new BigInt64Array(buffer),
  int32: (buffer) => new Int32Array(buffer),
  int8: (buffer) => new Int8Array(buffer),
  bool: (buffer) => new Uint8Array(buffer),
  uint8: (buffer) => new Uint8Array(buffer),
};

const tensors: fc.Arbitrary<Tensor> = fc
  .record({
    type: fc.constantFrom(...dataTypes),
    shape: fc.array(fc.nat(4), { maxLength: 4 }),
  })
  .chain(({ type, shape }) => {
    const length = elementCount(shape) * elementBytes[type];
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((bytes) => ({ type, shape, data: views[type](Uint8Array.from(bytes).buffer) }));
  });
const contents: fc.Arbitrary<Safetensors> = fc.record({
  tensors: fc
    .uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), tensors), { selector: ([name]) => name, maxLength: 6 })
    .map((entries) => new Map(entries.filter(([name]) => name !== '__metadata__'))),
  metadata: fc.dictionary(fc.string(), fc.string(), { maxKeys: 4, noNullPrototype: true }),
});

/** Type, shape and raw bytes by name: comparable where NaN bits matter. */
function comparable({ tensors, metadata }: Safetensors) {
  const entries = [...tensors].map(([name, { type, shape, data }]) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return [name, { type, shape, data: data.constructor.name, bytes: Buffer.from(bytes).toString('hex') }] as const;
  });
  return { tensors: new Map(entries), metadata };
}

/** A file with the given header text, put together by hand from the format's description. */
function handMade(header: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

describe('safetensors', () => {
  it('reads back what it wrote, bit by bit', () => {
    fc.assert(
      fc.property(contents, (original) => {
        expect(comparable(readSafetensors(writeSafetensors(original), 'file'))).toEqual(comparable(original));
      }),
    );
  });

  it('writes the same bytes in whatever order the contents come', () => {
    fc.assert(
      fc.property(contents, ({ tensors, metadata }) => {
        const reversed = {
          tensors: new Map([...tensors].reverse()),
          metadata: Object.fromEntries(Object.entries(metadata).reverse()),
        };
        expect(writeSafetensors(reversed)).toEqual(writeSafetensors({ tensors, metadata }));
      }),
    );
  });

  it('aligns the header to eight bytes and every tensor to its elements', () => {
    fc.assert(
      fc.property(contents, (original) => {
        const bytes = writeSafetensors(original);
        const { entries, fileSize } = parseSafetensorsHeader(bytes, 'file');
        expect(safetensorsHeaderEnd(bytes, 'file') % 8).toBe(0);
        expect(fileSize).toBe(bytes.length);
        for (const { type, start } of entries.values()) expect(start % elementBytes[type]).toBe(0);
      }),
    );
  });

  it('writes the published format', () => {
    const header =
      '{"__metadata__":{"a":"1","b":"2"},"steps":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},' +
      '"bias":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    const data = Buffer.from('0500000000000000' + '0000803f' + '000000c0', 'hex');
    const written = writeSafetensors({
      metadata: { b: '2', a: '1' },
      tensors: new Map<string, Tensor>([
        ['bias', floatTensor([2], Float32Array.of(1, -2))],
        ['steps', { type: 'int64', shape: [1], data: BigInt64Array.of(5n) }],
      ]),
    });
    expect(Buffer.from(written)).toEqual(handMade(padded, data));
  });

  it('reads a file whose data begins at an odd position', () => {
    const file = handMade('{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}', Buffer.from('00002040', 'hex'));
    expect(file.length % 2).toBe(1);
    expect(readSafetensors(file, 'file').tensors.get('a')).toEqual(floatTensor([], Float32Array.of(2.5)));
  });

  it('refuses a file cut at any place', () => {
    const file = writeSafetensors({
      metadata: { step: '3' },
      tensors: new Map([['a', floatTensor([3], Float32Array.of(1, 2, 3))]]),
    });
    for (let length = 0; length < file.length; length++) {
      expect(() => readSafetensors(file.subarray(0, length), 'w.safetensors'), `${length} bytes`).toThrow(
        /^w\.safetensors is (truncated|not a safetensors file): expected/,
      );
    }
  });

  const entry = (dtype: string, shape: string, offsets: string) =>
    `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;
  it.each<[string, Uint8Array, RegExp]>([
    [
      'a text file',
      Buffer.from('<!DOCTYPE html><html>'),
      /not a safetensors file: .* \(the file begins with "<!DOCTYP"\)$/,
    ],
    ['a header that is not JSON', handMade('{"a": '), /not a safetensors file: expected a JSON header/],
    ['a header that is a list', handMade('[1]'), /expected a JSON object/],
    [
      'metadata that is not text',
      handMade('{"__metadata__":{"a":1}}'),
      /expected the header's __metadata__ to hold strings/,
    ],
    [
      'an entry without offsets',
      handMade('{"a":{"dtype":"F32","shape":[1]}}'),
      /data_offsets for the tensor a but received/,
    ],
    [
      'a negative size',
      handMade(`{"a":${entry('F32', '[-1]', '[0,4]')}}`, Buffer.alloc(4)),
      /for the tensor a but received/,
    ],
    [
      'an unknown type',
      handMade(`{"a":${entry('F8', '[1]', '[0,1]')}}`, Buffer.alloc(1)),
      /type of the tensor a but received F8/,
    ],
    [
      'offsets that do not fit the shape',
      handMade(`{"a":${entry('F32', '[2]', '[0,4]')}}`, Buffer.alloc(4)),
      /expected 8 bytes for the tensor a \(F32 \[2\]\) but its offsets hold 4$/,
    ],
    [
      'overlapping tensors',
      handMade(`{"a":${entry('U8', '[4]', '[0,4]')},"b":${entry('U8', '[4]', '[2,6]')}}`, Buffer.alloc(6)),
      /tensor b overlaps .* start at byte 4 of the data but received 2$/,
    ],
    [
      'a hole between tensors',
      handMade(`{"a":${entry('U8', '[4]', '[0,4]')},"b":${entry('U8', '[4]', '[5,9]')}}`, Buffer.alloc(9)),
      /tensor b leaves a hole .* start at byte 4 of the data but received 5$/,
    ],
    [
      'bytes after the last tensor',
      handMade(`{"a":${entry('U8', '[4]', '[0,4]')}}`, Buffer.alloc(5)),
      /has bytes after its last tensor: expected \d+ bytes but received \d+$/,
    ],
    [
      'a tensor beyond the end',
      handMade(`{"a":${entry('U8', '[4]', '[0,4]')}}`, Buffer.alloc(3)),
      /is truncated: expected \d+ bytes but received \d+$/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes, 'w.safetensors')).toThrow(message);
    expect(() => readSafetensors(bytes, 'w.safetensors')).toThrow(/^w\.safetensors/);
  });

  it('refuses to write a tensor whose data does not fill its shape, or with the reserved name', () => {
    const short: Tensor = { type: 'uint8', shape: [3], data: Uint8Array.of(1) };
    expect(() => writeSafetensors({ metadata: {}, tensors: new Map([['a', short]]) })).toThrow(
      'Expected 3 elements in a [3] but received 1',
    );
    const reserved = new Map([['__metadata__', floatTensor([], Float32Array.of(1))]]);
    expect(() => writeSafetensors({ metadata: {}, tensors: reserved })).toThrow('__metadata__, which is reserved');
  });
});

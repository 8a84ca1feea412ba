/** A message's fields by number: whole numbers, or the bytes of everything else. */
export type MessageFields = ReadonlyMap<number, readonly (number | Buffer)[]>;

/** Reads a message by protobuf's wire format alone, without its schema. */
export function parseMessage(data: Buffer): MessageFields {
  const fields = new Map<number, (number | Buffer)[]>();
  let position = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = data.readUInt8(position++);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number) => {
    position += length;
    return data.subarray(position - length, position);
  };
  while (position < data.length) {
    const key = varint();
    const value = readValue(key % 8, varint, take);
    fields.set(key >>> 3, [...(fields.get(key >>> 3) ?? []), value]);
  }
  return fields;
}

function readValue(type: number, varint: () => number, take: (length: number) => Buffer): number | Buffer {
  if (type === 0) return varint();
  if (type === 1) return take(8);
  if (type === 2) return take(varint());
  if (type === 5) return take(4);
  throw new Error(`Expected a wire type of protobuf but received ${type}`);
}

import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { previewPath } from '../../src/files/preview-files.node.ts';
import { frameRecord, maskedChecksum } from '../../src/report/tensorboard/records.ts';
import { TensorBoardWriter } from '../../src/report/tensorboard/tensorboard.node.ts';
import { type MessageFields, parseMessage } from '../helpers/protobuf-wire.ts';
import { makeRunFolder } from '../helpers/run-folders.ts';

/** The checksum before TensorFlow masked it. */
function unmasked(data: Uint8Array): number {
  const rotated = (maskedChecksum(data) - 0xa282ead8) >>> 0;
  return ((rotated << 15) | (rotated >>> 17)) >>> 0;
}

/** The data of a file's records, after their lengths and checksums were found right. */
function recordsIn(file: Buffer): readonly Buffer[] {
  const records: Buffer[] = [];
  for (let position = 0; position < file.length; ) {
    const length = Number(file.readBigUInt64LE(position));
    const data = file.subarray(position + 12, position + 12 + length);
    expect(file.readUInt32LE(position + 8)).toBe(maskedChecksum(file.subarray(position, position + 8)));
    expect(file.readUInt32LE(position + 12 + length)).toBe(maskedChecksum(data));
    records.push(data);
    position += 16 + length;
  }
  return records;
}

/** An event's step and its values by their tags: a scalar, or a picture's [height, width, colour space, bytes]. */
function eventIn(record: Buffer): { readonly step: number; readonly values: Readonly<Record<string, unknown>> } {
  const event = parseMessage(record);
  const summary = messageIn(event, 5);
  const values = (summary.get(1) ?? []).map((value) => parseMessage(bytes(value)));
  return {
    step: Number(event.get(2)?.[0] ?? 0),
    values: Object.fromEntries(values.map((value) => [bytes(value.get(1)?.[0]).toString(), valueIn(value)])),
  };
}

function valueIn(value: MessageFields): unknown {
  const [scalar] = value.get(2) ?? [];
  if (scalar !== undefined) return bytes(scalar).readFloatLE();
  const image = messageIn(value, 4);
  return [image.get(1)?.[0], image.get(2)?.[0], image.get(3)?.[0], image.get(4)?.[0]];
}

function messageIn(fields: MessageFields, number: number): MessageFields {
  return parseMessage(bytes(fields.get(number)?.[0] ?? Buffer.alloc(0)));
}

function bytes(value: number | Buffer | undefined): Buffer {
  if (value instanceof Buffer) return value;
  throw new Error(`Expected bytes but received ${value}`);
}

async function eventFiles(folder: string): Promise<readonly (readonly Buffer[])[]> {
  const names = (await readdir(join(folder, 'tensorboard'))).sort();
  for (const name of names) expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\.impasto$/);
  return Promise.all(names.map(async (name) => recordsIn(await readFile(join(folder, 'tensorboard', name)))));
}

const metrics = { loss: 3.5, content: 1, style: 0.125, tv: 0.5, secondsPerStep: 2, imagesPerSecond: 2 };

describe('TFRecord', () => {
  it.each([
    ['32 bytes of zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 bytes of ones', new Uint8Array(32).fill(255), 0x62a8ab43],
    ['32 incrementing bytes', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
    ['32 decrementing bytes', Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
  ])('has the checksum of RFC 3720, B.4, for %s', (_, data, checksum) => {
    expect(unmasked(data)).toBe(checksum);
  });

  it('frames the version record as TensorFlow writes it', () => {
    // The first record of an event file, its time set to 0: 09 + 8 bytes, 1a 0d "brain.Event:2".
    const data = Buffer.concat([Buffer.from([9, 0, 0, 0, 0, 0, 0, 0, 0, 0x1a, 13]), Buffer.from('brain.Event:2')]);
    const record = Buffer.from(frameRecord(data));
    expect(record.subarray(0, 8).toString('hex')).toBe('1800000000000000');
    // The masked checksum of the length 24, which begins every event file.
    expect(record.subarray(8, 12).toString('hex')).toBe('a37f4b22');
    expect(record.subarray(12, -4)).toEqual(data);
  });
});

describe('event files', () => {
  it('hold scalars of steps and validations, and the previews', async () => {
    const folder = await makeRunFolder({ previews: [{ name: '1-a', steps: [2, 1] }] });
    const writer = new TensorBoardWriter(folder);
    await writer.writeStep({ step: 1, ...metrics, learningRate: 0.25 });
    await writer.writeStep({ step: 2, ...metrics, loss: null });
    await writeFile(join(folder, 'validation.jsonl'), '{"step":2,"loss":4,"content":2,"style":0.25,"tv":0.75}\n');
    await writer.writeCheckpoint(2);
    const [records = []] = await eventFiles(folder);
    const [first = Buffer.alloc(0), ...rest] = records;
    expect(bytes(parseMessage(first).get(3)?.[0]).toString()).toBe('brain.Event:2');
    const wallTime = bytes(parseMessage(first).get(1)?.[0]).readDoubleLE();
    expect(Math.abs(wallTime - Date.now() / 1000)).toBeLessThan(3600);
    const training = { 'content/training': 1, 'style/training': 0.125, 'tv/training': 0.5, images_per_second: 2 };
    expect(rest.map(eventIn)).toEqual([
      { step: 1, values: { ...training, 'loss/training': 3.5, learning_rate: 0.25 } },
      { step: 2, values: training },
      {
        step: 2,
        values: { 'loss/validation': 4, 'content/validation': 2, 'style/validation': 0.25, 'tv/validation': 0.75 },
      },
      { step: 2, values: { 'previews/1-a': [64, 96, 3, await readFile(previewPath(folder, '1-a', 2))] } },
    ]);
  });

  it('of a run that goes on stand beside the earlier ones and take back what those said of later steps', async () => {
    const folder = await makeRunFolder();
    await writeFile(join(folder, 'validation.jsonl'), '{"step":4,"loss":4,"content":2,"style":0.25,"tv":0.75}\n');
    await new TensorBoardWriter(folder).writeStep({ step: 1, ...metrics });
    const resumed = new TensorBoardWriter(folder);
    await resumed.writeStep({ step: 5, ...metrics });
    await appendFile(join(folder, 'validation.jsonl'), '{"step":6,"loss":4,"content":2,"style":0.25,"tv":0.75}\n');
    await resumed.writeCheckpoint(6);
    const [, second = []] = await eventFiles(folder);
    const [, restart = Buffer.alloc(0), ...rest] = second;
    expect(eventIn(restart).step).toBe(5);
    expect(messageIn(parseMessage(restart), 7).get(1)).toEqual([1]);
    expect(rest.map((record) => eventIn(record).step)).toEqual([5, 6]);
  });
});

import protobuf from 'protobufjs';

/** A picture as TensorBoard takes it: an encoded file. */
export interface EventImage {
  readonly width: number;
  readonly height: number;
  readonly encoded: Uint8Array;
}

/** One named value of a step. */
export type EventValue = { readonly tag: string } & ({ readonly scalar: number } | { readonly image: EventImage });

/** What an event says; `fileVersion` stands first in a file, `restart` where a run goes on from an earlier step. */
export type EventContent =
  | { readonly fileVersion: string }
  | { readonly restart: true; readonly step: number }
  | { readonly step: number; readonly values: readonly EventValue[] };

// The members of tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto that are written here.
const schema = protobuf.Root.fromJSON({
  nested: {
    Event: {
      fields: {
        wallTime: { type: 'double', id: 1 },
        step: { type: 'int64', id: 2 },
        fileVersion: { type: 'string', id: 3 },
        summary: { type: 'Summary', id: 5 },
        sessionLog: { type: 'SessionLog', id: 7 },
      },
    },
    Summary: { fields: { value: { rule: 'repeated', type: 'Value', id: 1 } } },
    Value: {
      fields: {
        tag: { type: 'string', id: 1 },
        simpleValue: { type: 'float', id: 2 },
        image: { type: 'Image', id: 4 },
      },
    },
    Image: {
      fields: {
        height: { type: 'int32', id: 1 },
        width: { type: 'int32', id: 2 },
        colorspace: { type: 'int32', id: 3 },
        encodedImageString: { type: 'bytes', id: 4 },
      },
    },
    SessionLog: { fields: { status: { type: 'int32', id: 1 } } },
  },
});
const eventType = schema.lookupType('Event');
/** Summary.Image.colorspace and SessionLog.status, as the schema numbers them. */
const rgb = 3;
const start = 1;

/** The bytes of an event. @param wallTime seconds since 1970 */
export function encodeEvent(content: EventContent, wallTime: number): Uint8Array {
  return eventType.encode(eventType.create({ wallTime, ...membersOf(content) })).finish();
}

function membersOf(content: EventContent): object {
  if ('fileVersion' in content) return { fileVersion: content.fileVersion };
  if ('restart' in content) return { step: content.step, sessionLog: { status: start } };
  return { step: content.step, summary: { value: content.values.map(valueMessage) } };
}

function valueMessage(value: EventValue): object {
  if ('scalar' in value) return { tag: value.tag, simpleValue: value.scalar };
  const { width, height, encoded } = value.image;
  return { tag: value.tag, image: { width, height, colorspace: rgb, encodedImageString: encoded } };
}

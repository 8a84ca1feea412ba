import { describe, expect, it } from 'vitest';
import { readStyleMetadata, type StyleMetadata, writeStyleMetadata } from '../../src/style-file/style-metadata.ts';
import { smallConfiguration } from '../helpers/small-run.ts';

const metadata: StyleMetadata = {
  recipe: { ...smallConfiguration, clipGradients: 2 },
  training: { step: 3, painting: 'a1', lossNetwork: 'b2', photographs: { count: 6, digest: 'c3' } },
  thumbnail: 'data:image/jpeg;base64,AAAA',
  version: '1.2.3',
};

describe('the metadata of a style', () => {
  it('come back as they were written', () => {
    expect(readStyleMetadata(writeStyleMetadata(metadata), 'a.onnx')).toEqual({ ...metadata, exported: {} });
    const { thumbnail: _, ...rest } = metadata;
    const without = { ...rest, thumbnail: undefined };
    expect(Object.keys(writeStyleMetadata(without))).not.toContain('style.thumbnail');
    expect(readStyleMetadata(writeStyleMetadata(without), 'a.onnx')).toEqual({ ...without, exported: {} });
  });

  it('tell what an export made of the model', () => {
    const entries = { ...writeStyleMetadata(metadata), export: '{"precision":"half"}' };
    expect(readStyleMetadata(entries, 'a.onnx').exported).toEqual({ precision: 'half' });
  });

  it.each(['recipe', 'training'])('are refused without a %s that can be read', (key) => {
    const entries = writeStyleMetadata(metadata);
    const message = `Expected a model of impasto train in a.onnx but its metadata has no ${key} that this version reads`;
    for (const text of ['', 'no JSON', '{"steps": 4}']) {
      expect(() => readStyleMetadata({ ...entries, [key]: text }, 'a.onnx')).toThrow(message);
    }
  });
});

import { Tensor } from 'onnxruntime-common';
import { describe, expect, it } from 'vitest';
import {
  lossFetches,
  meanLosses,
  readLosses,
  steadyStyleLosses,
  styleLosses,
} from '../../../src/loss-network/objective/losses.ts';

const output = (...values: readonly number[]) => new Tensor('float32', Float32Array.from(values), [values.length]);
const outputs = {
  loss: output(1, 5),
  'loss.content': output(2, 6),
  'loss.style': output(3, 7),
  'loss.tv': output(4, 8),
};
const first = { loss: 1, content: 2, style: 3, tv: 4 };
const second = { loss: 5, content: 6, style: 7, tv: 8 };

describe('the losses of a session', () => {
  it('are read by their names, of each step of a run', () => {
    expect(readLosses(styleLosses, outputs)).toEqual(first);
    expect(readLosses(styleLosses, outputs, 1)).toEqual(second);
    const steady = { ...outputs, 'loss.stability': output(9, 10) };
    expect(readLosses(steadyStyleLosses, steady, 1)).toEqual({ ...second, stability: 10 });
    const { loss: _, ...without } = outputs;
    expect(() => readLosses(styleLosses, without)).toThrow(/float32 output loss but the session gave loss\.content/);
  });

  it('are asked for by the same names', () => {
    expect(Object.keys(lossFetches(styleLosses))).toEqual(Object.keys(outputs));
    expect(Object.keys(lossFetches(steadyStyleLosses))).toEqual([...Object.keys(outputs), 'loss.stability']);
  });

  it('are averaged term by term', () => {
    expect(meanLosses(styleLosses, [first, second])).toEqual({ loss: 3, content: 4, style: 5, tv: 6 });
    const steady = [2, 4].map((stability) => ({ ...first, stability }));
    expect(meanLosses(steadyStyleLosses, steady)).toEqual({ ...first, stability: 3 });
  });
});

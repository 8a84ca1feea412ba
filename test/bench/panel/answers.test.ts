import { describe, expect, it } from 'vitest';
import { countAnswers, readAnswers } from '../../../bench/panel/answers.ts';
import type { Key } from '../../../bench/panel/arrangement.ts';

const place = (pair: number, left: string, right: string) => ({
  ...{ pair, photograph: 'city.jpg', painting: 'candy.jpg' },
  left: { system: left, picture: `${left}.png` },
  right: { system: right, picture: `${right}.png` },
});
const key: Key = { seed: 1, pairs: [place(1, 'ours', 'peer'), place(2, 'peer', 'ours'), place(3, 'ours', 'old')] };

describe('readAnswers', () => {
  it('reads JSON', () => {
    const text = '[{"pair": 1, "answer": "L", "why": "curls"}, {"pair": 2, "answer": "equal"}]';
    expect(readAnswers(text, 'a.json')).toEqual([
      { pair: 1, answer: 'L', why: 'curls' },
      { pair: 2, answer: 'equal', why: '' },
    ]);
  });

  it('reads CSV, with or without a heading, quotes and reasons', () => {
    expect(
      readAnswers('pair,answer,why\r\n1,R,"halos, a ""grid"""\n2, L , cleaner, calmer\n3,equal\n', 'a.csv'),
    ).toEqual([
      { pair: 1, answer: 'R', why: 'halos, a "grid"' },
      { pair: 2, answer: 'L', why: 'cleaner, calmer' },
      { pair: 3, answer: 'equal', why: '' },
    ]);
  });

  it.each([
    ['an answer that is none', '1,X,why'],
    ['a line that is no answer', 'the first is better'],
    ['a pair answered twice', '1,L,\n1,R,'],
    ['JSON cut short', '[{"pair": 1'],
    ['JSON of no answers', '[{"pair": 1, "answer": "left"}]'],
  ])('refuses %s', (_what, text) => {
    expect(() => readAnswers(text, 'a.txt')).toThrow(/a\.txt/);
  });
});

describe('countAnswers', () => {
  const readings = [
    { reader: 'first', answers: readAnswers('1,L,curls\n2,L,calm\n3,R,', 'first') },
    { reader: 'second', answers: readAnswers('1,R,\n2,equal,', 'second') },
  ];

  it('tells systems apart by the key, whatever their side, and counts what is missing', () => {
    const { contests, unanswered } = countAnswers(key, readings);
    expect(contests).toEqual([
      { pairs: 2, answers: 4, preferred: { ours: 1, peer: 2 }, equal: 1 },
      { pairs: 1, answers: 1, preferred: { old: 1, ours: 0 }, equal: 0 },
    ]);
    expect(unanswered).toBe(1);
  });

  it('keeps each answer with its reader and its reason', () => {
    expect(countAnswers(key, readings).pairs[1]).toEqual({
      ...{ pair: 2, photograph: 'city.jpg', painting: 'candy.jpg', left: 'peer', right: 'ours' },
      judgements: [
        { reader: 'first', preferred: 'peer', why: 'calm' },
        { reader: 'second', preferred: null, why: '' },
      ],
    });
  });

  it('refuses an answer to a pair that is not in the key', () => {
    expect(() => countAnswers(key, [{ reader: 'third', answers: readAnswers('4,L,', 'third') }])).toThrow(/third/);
  });
});

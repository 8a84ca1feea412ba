import { describe, expect, it } from 'vitest';
import { savedName, sortFile } from '../../web/src/app/files.ts';
import { pixelLimits } from '../../web/src/app/limits.ts';
import { createStore, initialState } from '../../web/src/app/state.ts';
import { strokeSize } from '../../web/src/app/strokes.ts';
import { createSideChooser } from '../../web/src/camera/adapt-side.ts';
import { lossCurves } from '../../web/src/training/curve.ts';
import { inWords } from '../../web/src/training/duration.ts';

describe('the size of the camera’s picture', () => {
  const sideAfter = (...milliseconds: readonly number[]) => {
    const chooser = createSideChooser();
    for (const each of milliseconds) chooser.took(each);
    return chooser.side;
  };
  const often = (count: number, milliseconds: number) => Array.from({ length: count }, () => milliseconds);

  it('grows where frames are fast, shrinks where they are slow, and stays between', () => {
    const first = sideAfter();
    expect(sideAfter(...often(3, 20))).toBeGreaterThan(first);
    expect(sideAfter(...often(3, 400))).toBeLessThan(first);
    expect(sideAfter(...often(50, 90))).toBe(first);
  });

  it('does not follow a single slow frame, nor one that comes after fast ones', () => {
    const first = sideAfter();
    expect(sideAfter(20, 20, 900, 20, 20, 900, 20, 20)).toBe(first);
  });

  it('ends at its limits', () => {
    expect(sideAfter(...often(100, 1))).toBe(sideAfter(...often(200, 1)));
    expect(sideAfter(...often(100, 5000), ...often(3, 1))).toBeGreaterThan(sideAfter(...often(100, 5000)));
  });
});

describe('what is shown of a training', () => {
  it('says how long it takes no more exactly than anyone knows', () => {
    const words = [20, 70, 130, 14 * 60, 23 * 60, 61 * 60, 100 * 60, 5 * 3600].map(inWords);
    expect(words).toEqual([
      'less than a minute',
      'about a minute',
      'about 2 minutes',
      'about 14 minutes',
      'about 25 minutes',
      'about an hour',
      'about 1½ hours',
      'about 5 hours',
    ]);
  });

  it('draws losses from the left to the right, the highest on top, and many of them in a few points', () => {
    expect(lossCurves([8, 4, 2]).steps).toBe('M0.0 3.0L150.0 45.0L300.0 87.0');
    const { steps, mean } = lossCurves(Array.from({ length: 20_000 }, (_, index) => 1 + 1 / (index + 1)));
    expect(steps.split('L').length).toBeLessThanOrEqual(301);
    expect(mean).toMatch(/L300\.0 8\d\.\d$/);
    // A single value, and values that are all the same, are a line in the middle of nowhere but no fault.
    expect(lossCurves([1]).steps).not.toContain('NaN');
    expect(lossCurves([1, 1]).steps).not.toContain('NaN');
  });
});

describe('files of the user’s', () => {
  const fileOf = (name: string, content = 'x') => new File([content], name);

  it('are sorted by name, and refused when empty', () => {
    expect(sortFile(fileOf('a.ONNX')).kind).toBe('model');
    expect(sortFile(fileOf('a.onnx.jpg')).kind).toBe('picture');
    expect(sortFile(fileOf('a.jpg', ''))).toEqual({ kind: 'refused', reason: 'a.jpg is empty.' });
  });

  it('are saved under names that any system takes', () => {
    expect(savedName('Straße in Zürich', 'Starry night', 'jpeg')).toBe('Straße-in-Zürich-Starry-night.jpg');
    expect(savedName('../../etc/passwd', 'a:b', 'png')).toBe('etc-passwd-a-b.png');
    expect(savedName('???', '***', 'png')).toBe('painting.png');
  });
});

describe('the limits of pictures', () => {
  it('follow the memory: a photograph of a phone is kept as it is, also where nothing is known', () => {
    const kept = (deviceMemory: number | undefined, isTouched: boolean) =>
      pixelLimits({ deviceMemory, isTouched }).kept;
    expect(kept(8, false)).toBeGreaterThan(kept(4, true));
    expect(kept(4, true)).toBeGreaterThan(kept(2, true));
    for (const memory of [undefined, 2, 4, 8]) expect(kept(memory, true)).toBeGreaterThan(4032 * 3024);
  });
});

describe('the size of strokes', () => {
  it('is the photograph’s own in the middle, unless they would vanish on a screen', () => {
    expect(strokeSize({ width: 640, height: 480 }, 'medium')).toBe(640);
    expect(strokeSize({ width: 3000, height: 4000 }, 'medium')).toBe(1280);
  });

  it('grows step by step, for small photographs and for large ones', () => {
    for (const width of [640, 4000]) {
      const sides = (['fine', 'medium', 'broad', 'broadest'] as const).map((strokes) =>
        strokeSize({ width, height: 480 }, strokes),
      );
      expect(sides).toEqual(sides.toSorted((a, b) => b - a));
      expect(new Set(sides).size).toBe(4);
    }
  });
});

describe('the store', () => {
  it('calls a view when what it shows has changed, and only then', () => {
    const store = createStore(initialState([]));
    const seen: (string | undefined)[] = [];
    store.show(['message'], ({ message }) => seen.push(message?.text));
    store.update({ work: { label: 'a', share: undefined } });
    store.update({ message: { kind: 'note', text: 'b' } });
    store.update({ message: store.state.message });
    expect(seen).toEqual([undefined, 'b']);
  });
});

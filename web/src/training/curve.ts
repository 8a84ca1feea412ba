/** The size in which curves are drawn. */
const [width, height] = [300, 90];

/** At most so many points of a curve are drawn. */
const mostPoints = 300;

/** The curves of a training's losses, as paths for SVG. */
export interface LossCurves {
  /** Each step's loss. */
  readonly steps: string;
  /** The mean over the steps around each, in which the way down shows. */
  readonly mean: string;
}

/** Draws losses on a logarithmic scale from the highest to the lowest. */
export function lossCurves(losses: readonly number[]): LossCurves {
  const logarithms = losses.map((loss) => Math.log(Math.max(loss, 1e-6)));
  const [highest, lowest] = [Math.max(...logarithms), Math.min(...logarithms)];
  const range = highest - lowest || 1;
  const path = (values: readonly number[]): string => {
    const stride = Math.max(1, Math.ceil(values.length / mostPoints));
    return values
      .flatMap((value, index) => {
        if (index % stride !== 0 && index !== values.length - 1) return [];
        const x = (width * index) / Math.max(1, values.length - 1);
        const y = 3 + ((height - 6) * (highest - value)) / range;
        return `${x.toFixed(1)} ${y.toFixed(1)}`;
      })
      .map((point, index) => `${index === 0 ? 'M' : 'L'}${point}`)
      .join('');
  };
  return { steps: path(logarithms), mean: path(smoothed(logarithms)) };
}

/** The mean of the values around each. */
function smoothed(values: readonly number[]): readonly number[] {
  const reach = Math.max(1, Math.round(values.length / 20));
  return values.map((_, index) => {
    const around = values.slice(Math.max(0, index - reach), index + reach + 1);
    return around.reduce((sum, value) => sum + value, 0) / around.length;
  });
}

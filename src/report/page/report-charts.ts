import uPlot from 'uplot';
import type { ChartData, Column } from '../chart-data.ts';
import { type Curve, type CurvePoint, type LossTerm, lossTerms, mapCurves } from '../curves.ts';
import { formatCount, formatFigure } from '../format.ts';
import { Chart, type Line } from './chart.ts';

const terms = lossTerms.length;
const lossLines: readonly Line[] = [
  ...lossTerms.map((colour) => ({ colour, kind: 'raw' }) as const),
  ...lossTerms.map((colour) => ({ colour, kind: 'mean' }) as const),
  ...lossTerms.map((colour) => ({ colour, kind: 'validation' }) as const),
];

/** The page's three charts and the table that tells the figures of the step under the pointer. */
export class ReportCharts {
  #data: ChartData;
  #table: uPlot.AlignedData;
  readonly #charts: readonly { readonly chart: Chart; readonly dataOf: () => uPlot.AlignedData }[];

  constructor(data: ChartData) {
    this.#data = data;
    this.#table = lossTable(data);
    const marks = () => this.#data.warningSteps;
    const shared = { marks, onMove: (index: number | null) => this.#tell(index) };
    const create = (name: string, lines: readonly Line[], isLogarithmic: boolean, dataOf: () => uPlot.AlignedData) => {
      const element = document.querySelector<HTMLElement>(`[data-chart="${name}"]`);
      return element ? [{ chart: new Chart(element, { ...shared, lines, isLogarithmic }, dataOf()), dataOf }] : [];
    };
    const plain: Line = { colour: 'accent', kind: 'mean' };
    const faint: Line = { colour: 'accent', kind: 'raw' };
    const loss = create('loss', lossLines, true, () => this.#table);
    const learningRate = create('learning-rate', [plain], false, () => [
      this.#table[0],
      this.#aligned(this.#data.learningRate),
    ]);
    const speed = create('speed', [faint, plain], false, () => {
      const { raw, smooth } = this.#data;
      return [this.#table[0], this.#aligned(raw.imagesPerSecond), this.#aligned(smooth.imagesPerSecond)];
    });
    this.#charts = [...loss, ...learningRate, ...speed];
    this.#connectToggles(loss.map(({ chart }) => chart));
    this.#tell(null);
  }

  /** The last step drawn, 0 before the first. */
  get lastStep(): number {
    return this.#data.steps.at(-1) ?? 0;
  }

  /** Draws another state of the run. */
  setData(data: ChartData): void {
    this.#data = data;
    this.#table = lossTable(data);
    for (const { chart, dataOf } of this.#charts) chart.setData(dataOf());
    this.#tell(null);
  }

  /** Draws steps that have come since; those that are drawn already are left out. */
  append(points: readonly CurvePoint[]): void {
    const added = points.filter(({ step }) => step > this.lastStep);
    const { steps, raw, smooth, learningRate } = this.#data;
    const extended = (kind: 'raw' | 'smooth', columns: Readonly<Record<Curve, Column>>) =>
      mapCurves((curve) => [...columns[curve], ...added.map((point) => point[kind][curve])]);
    this.setData({
      ...this.#data,
      steps: [...steps, ...added.map(({ step }) => step)],
      raw: extended('raw', raw),
      smooth: extended('smooth', smooth),
      learningRate: [...learningRate, ...added.map((point) => point.learningRate)],
    });
  }

  /** A column of the training steps over all steps of the table, which has those of the validation too. */
  #aligned(column: Column): (number | null | undefined)[] {
    const [, values = []] = uPlot.join([[[...this.#data.steps], [...column]], [[...this.#data.validationSteps]]]);
    return [...values];
  }

  #connectToggles(charts: readonly Chart[]): void {
    for (const [index, term] of lossTerms.entries()) {
      const box = document.querySelector<HTMLInputElement>(`[data-toggle="${term}"]`);
      box?.addEventListener('change', () => {
        for (const chart of charts) {
          for (const line of [index, index + terms, index + 2 * terms]) chart.show(line, box.checked);
        }
      });
    }
  }

  /** @param index a row of the table; null for the last */
  #tell(index: number | null): void {
    const steps = this.#table[0];
    const row = index ?? steps.length - 1;
    const step = steps[row];
    if (step === undefined) return;
    write('step', `Step ${formatCount(step)}${index === null ? ', the latest' : ''}`);
    const { steps: trained, raw, smooth, learningRate, validationSteps, validation } = this.#data;
    const at = lastAtOrBefore(trained, step);
    const validatedAt = lastAtOrBefore(validationSteps, step);
    for (const term of lossTerms) this.#tellTerm(term, smooth[term][at], raw[term][at], validation[term][validatedAt]);
    write('learningRate', formatFigure(learningRate[at]));
    write('imagesPerSecond', formatFigure(smooth.imagesPerSecond[at]));
  }

  #tellTerm(term: LossTerm, mean: Value, raw: Value, validation: Value): void {
    write(`${term}.smooth`, formatFigure(mean));
    write(`${term}.raw`, formatFigure(raw));
    write(`${term}.validation`, formatFigure(validation));
  }
}

type Value = number | null | undefined;

/** Raw and smoothed training terms and validation terms over the steps of both. */
function lossTable({ steps, raw, smooth, validationSteps, validation }: ChartData): uPlot.AlignedData {
  return uPlot.join([
    [[...steps], ...lossTerms.map((term) => [...raw[term]]), ...lossTerms.map((term) => [...smooth[term]])],
    [[...validationSteps], ...lossTerms.map((term) => [...validation[term]])],
  ]);
}

/** The index of the last step that is not after the given one, −1 without one. */
function lastAtOrBefore(steps: readonly number[], step: number): number {
  return steps.findLastIndex((candidate) => candidate <= step);
}

function write(name: string, text: string): void {
  for (const element of document.querySelectorAll(`[data-readout="${name}"]`)) element.textContent = text;
}

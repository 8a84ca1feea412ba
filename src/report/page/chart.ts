import uPlot from 'uplot';
import { formatFigure } from '../format.ts';
import { colour, onColourChange } from './palette.ts';

/** A line of a chart: a colour of the style sheet and how it is drawn. */
export interface Line {
  readonly colour: string;
  readonly kind: 'mean' | 'raw' | 'validation';
}

/** What a chart shows. */
export interface ChartOptions {
  readonly lines: readonly Line[];
  readonly isLogarithmic: boolean;
  /** Steps to mark with an upright line. */
  readonly marks: () => readonly number[];
  /** Called as the pointer or the arrow keys move along the steps; null as they leave. */
  readonly onMove: (index: number | null) => void;
}

const font = '12px system-ui, sans-serif';
const lineStyles: Readonly<Record<Line['kind'], Partial<uPlot.Series>>> = {
  mean: { width: 2, points: { show: false } },
  raw: { width: 1, alpha: 0.28, points: { show: false } },
  validation: { width: 1.5, dash: [5, 4], spanGaps: true, points: { show: true, size: 6 } },
};

/** A chart over the steps that fills its element, follows its size, and whose pointer is shared with the other charts. */
export class Chart {
  readonly #plot: uPlot;
  #isZoomed = false;

  constructor(
    private readonly element: HTMLElement,
    private readonly options: ChartOptions,
    data: uPlot.AlignedData,
  ) {
    this.#plot = new uPlot(this.#plotOptions(), data, element);
    new ResizeObserver(() => this.#plot.setSize(this.#size())).observe(element);
    onColourChange(() => this.#plot.redraw(false));
    element.addEventListener('keydown', (event) => this.#onKey(event));
    element.addEventListener('blur', () => this.#plot.setCursor({ left: -10, top: -10 }));
  }

  setData(data: uPlot.AlignedData): void {
    this.#plot.setData(data, !this.#isZoomed);
    if (this.#isZoomed) this.#plot.redraw();
  }

  /** @param line its index among the options' lines */
  show(line: number, isShown: boolean): void {
    this.#plot.setSeries(line + 1, { show: isShown });
  }

  #size(): { width: number; height: number } {
    return { width: this.element.clientWidth, height: this.element.clientHeight };
  }

  #plotOptions(): uPlot.Options {
    const axis = {
      stroke: () => colour('quiet'),
      font,
      grid: { stroke: () => colour('rule'), width: 1 },
      ticks: { show: false },
    };
    return {
      ...this.#size(),
      padding: [8, 14, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, sync: { key: 'steps' }, drag: { x: true, y: false } },
      scales: { x: { time: false }, y: this.#valueScale() },
      axes: [
        {
          ...axis,
          size: 32,
          grid: { show: false },
          values: (_, steps) => steps.map((step) => (Number.isInteger(step) ? String(step) : '')),
        },
        {
          ...axis,
          size: 56,
          ...this.#valueSplits(),
          values: (_, values) => values.map((value) => (value === null ? '' : tick(value))),
        },
      ],
      series: [{}, ...this.options.lines.map((line) => seriesOf(line))],
      hooks: {
        setCursor: [({ cursor }) => this.options.onMove(cursor.idx ?? null)],
        setScale: [(plot, scale) => scale === 'x' && this.#noteZoom(plot)],
        draw: [(plot) => this.#drawMarks(plot)],
      },
    };
  }

  #valueScale(): uPlot.Scale {
    if (!this.options.isLogarithmic) return { range: (_, __, greatest) => [0, (greatest ?? 0) * 1.15 || 1] };
    return { distr: 3, range: (_, least, greatest) => [(least ?? 0.1) / 1.15, (greatest ?? 1) * 1.15] };
  }

  #valueSplits(): uPlot.Axis {
    return this.options.isLogarithmic ? { splits: (_, __, least, greatest) => logarithmicSplits(least, greatest) } : {};
  }

  #noteZoom({ data: [steps], scales }: uPlot): void {
    const { min = null, max = null } = scales.x ?? {};
    const [first = null, last = null] = [steps[0], steps.at(-1)];
    this.#isZoomed = min !== null && max !== null && first !== null && last !== null && (min > first || max < last);
  }

  #drawMarks(plot: uPlot): void {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = colour('warning');
    ctx.lineWidth = uPlot.pxRatio;
    ctx.setLineDash([2 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
    for (const step of this.options.marks()) {
      const x = Math.round(plot.valToPos(step, 'x', true));
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }

  #onKey(event: KeyboardEvent): void {
    const { length } = this.#plot.data[0];
    const present = this.#plot.cursor.idx ?? length;
    const page = Math.max(1, Math.round(length / 10));
    const moves = new Map([
      ['ArrowLeft', present - 1],
      ['ArrowRight', present + 1],
      ['PageUp', present - page],
      ['PageDown', present + page],
      ['Home', 0],
      ['End', length - 1],
    ]);
    const index = moves.get(event.key);
    if (index === undefined || length === 0) return;
    event.preventDefault();
    const step = this.#plot.data[0][Math.min(Math.max(index, 0), length - 1)] ?? 0;
    this.#plot.setCursor({ left: this.#plot.valToPos(step, 'x'), top: 1 });
  }
}

function seriesOf(line: Line): uPlot.Series {
  const stroke = () => colour(line.colour);
  const { points = {}, ...style } = lineStyles[line.kind];
  return { ...style, stroke, points: { ...points, stroke, fill: () => colour('paper') } };
}

/** Powers of ten, with their double and fivefold where there are few. */
function logarithmicSplits(least: number, greatest: number): number[] {
  const [first, last] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(greatest))];
  const factors = last - first > 4 ? [1] : [1, 2, 5];
  const powers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return powers
    .flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)))
    .filter((value) => value >= least && value <= greatest);
}

/** An axis label: short, without zeros that say nothing. */
function tick(value: number): string {
  return value !== 0 && (value >= 1e5 || value < 1e-4) ? formatFigure(value) : String(Number(value.toPrecision(3)));
}

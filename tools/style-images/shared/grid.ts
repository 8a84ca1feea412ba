/** One number for each pixel. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  /** width · height numbers, row by row. */
  readonly data: Float32Array;
}

/** A grid whose numbers are given by a function of their position. */
export function makeGrid(width: number, height: number, valueAt: (x: number, y: number) => number): Grid {
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data[y * width + x] = valueAt(x, y);
  }
  return { width, height, data };
}

/** The number of the pixel that a position lies in; positions outside take the nearest pixel. */
export function valueAt({ width, height, data }: Grid, x: number, y: number): number {
  const column = Math.min(Math.max(Math.round(x), 0), width - 1);
  const row = Math.min(Math.max(Math.round(y), 0), height - 1);
  return data[row * width + column] ?? 0;
}

/** How the numbers rise at a position, for each pixel to the right and downwards (central difference over two pixels). */
export function slopeAt(grid: Grid, x: number, y: number): readonly [right: number, down: number] {
  return [
    (valueAt(grid, x + 1, y) - valueAt(grid, x - 1, y)) / 2,
    (valueAt(grid, x, y + 1) - valueAt(grid, x, y - 1)) / 2,
  ];
}

/** Smooths a grid: three passes of a box of the given radius come near a Gaussian; edges are repeated. */
export function blur(grid: Grid, radius: number): Grid {
  let { data } = grid;
  const { width, height } = grid;
  for (let pass = 0; pass < 3; pass++) {
    data = blurLines(data, { lines: height, length: width, stride: 1, lineStride: width }, radius);
    data = blurLines(data, { lines: width, length: height, stride: width, lineStride: 1 }, radius);
  }
  return { width, height, data };
}

interface Lines {
  readonly lines: number;
  readonly length: number;
  readonly stride: number;
  readonly lineStride: number;
}

function blurLines(data: Float32Array, { lines, length, stride, lineStride }: Lines, radius: number): Float32Array {
  const result = new Float32Array(data.length);
  for (let line = 0; line < lines; line++) {
    const start = line * lineStride;
    const at = (index: number) => data[start + Math.min(Math.max(index, 0), length - 1) * stride] ?? 0;
    let sum = 0;
    for (let index = -radius; index <= radius; index++) sum += at(index);
    for (let index = 0; index < length; index++) {
      result[start + index * stride] = sum / (2 * radius + 1);
      sum += at(index + radius + 1) - at(index - radius);
    }
  }
  return result;
}

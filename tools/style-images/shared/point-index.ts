/** A position in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Points that can be asked for by place. */
export class PointIndex<P extends Point> {
  private readonly cells = new Map<number, P[]>();

  /** @param cell about the distance that will be asked for, in pixels */
  constructor(private readonly cell: number) {}

  add(point: P): void {
    const key = this.key(Math.floor(point.x / this.cell), Math.floor(point.y / this.cell));
    const found = this.cells.get(key);
    if (found === undefined) this.cells.set(key, [point]);
    else found.push(point);
  }

  /** Whether a point that counts lies nearer than a distance. */
  hasWithin({ x, y }: Point, distance: number, counts: (point: P) => boolean = () => true): boolean {
    const [firstColumn, lastColumn] = [x - distance, x + distance].map((value) => Math.floor(value / this.cell));
    const [firstRow, lastRow] = [y - distance, y + distance].map((value) => Math.floor(value / this.cell));
    for (let row = firstRow ?? 0; row <= (lastRow ?? 0); row++) {
      for (let column = firstColumn ?? 0; column <= (lastColumn ?? 0); column++) {
        const near = this.cells.get(this.key(column, row));
        if (near?.some((point) => (point.x - x) ** 2 + (point.y - y) ** 2 < distance ** 2 && counts(point)))
          return true;
      }
    }
    return false;
  }

  private key(column: number, row: number): number {
    return row * 65536 + column;
  }
}

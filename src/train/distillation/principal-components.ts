import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { type FloatTensor, floatTensor } from '../../graph-builder/ir/tensor.ts';
import type { ResponseStatistics } from './response-statistics.ts';

/** The directions in which a convolution's channels vary most, largest first. */
export interface PrincipalComponents {
  /** [C, C], a direction a column. */
  readonly directions: Matrix;
  /** The variance along each. */
  readonly variances: readonly number[];
  readonly mean: Float64Array;
}

export function principalComponents({ mean, covariance }: ResponseStatistics): PrincipalComponents {
  const size = mean.length;
  const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(
    Matrix.from1DArray(size, size, covariance),
    { assumeSymmetric: true },
  );
  const order = realEigenvalues
    .map((_, index) => index)
    .sort((a, b) => at(realEigenvalues, b) - at(realEigenvalues, a));
  const directions = eigenvectorMatrix.subMatrixColumn(order);
  // Rounding leaves the smallest of them slightly negative.
  return { directions, variances: order.map((index) => Math.max(0, at(realEigenvalues, index))), mean };
}

/** A full convolution: weight [out, in, 3, 3] and bias [out]. */
export interface Convolution {
  readonly weight: FloatTensor;
  readonly bias: FloatTensor;
}

/** The same in low rank: basis [rank, in, 3, 3], weight [out, rank, 1, 1], bias [out]. */
export interface LowRankConvolution extends Convolution {
  readonly basis: FloatTensor;
}

/**
 * The convolution of low rank that is nearest to a full one over the pictures whose statistics are given: with the first
 * principal components U of its responses y = W x + b, U Uᵀ (y − ȳ) + ȳ (Zhang et al. 2016, section 3.1).
 */
export function projectedConvolution(
  { weight, bias }: Convolution,
  { directions, mean }: PrincipalComponents,
  rank: number,
): LowRankConvolution {
  const [outputs = 0, ...window] = weight.shape;
  const kernel = new Matrix(rowsOf(weight.data, outputs));
  const chosen = directions.subMatrix(0, outputs - 1, 0, rank - 1);
  const basis = chosen.transpose().mmul(kernel);
  const offset = Matrix.columnVector([...bias.data].map((value, index) => value - (mean[index] ?? 0)));
  const projected = chosen.mmul(chosen.transpose().mmul(offset)).to1DArray();
  return {
    basis: floatTensor([rank, ...window], Float32Array.from(basis.to1DArray())),
    weight: floatTensor([outputs, rank, 1, 1], Float32Array.from(chosen.to1DArray())),
    bias: floatTensor(
      [outputs],
      Float32Array.from(projected, (value, index) => value + (mean[index] ?? 0)),
    ),
  };
}

function rowsOf(data: Float32Array, rows: number): number[][] {
  const length = data.length / rows;
  return Array.from({ length: rows }, (_, row) => [...data.subarray(row * length, (row + 1) * length)]);
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? Number.NaN;
}

import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { type FloatTensor, floatTensor } from '../graph-builder/ir/tensor.ts';
import type { ResponseStatistics } from './response-statistics.ts';

/** The directions in which a convolution's channels vary most, largest first, and those of what it reads. */
export interface PrincipalComponents {
  /** [C, C], a direction a column. */
  readonly directions: Matrix;
  /** The variance along each. */
  readonly variances: readonly number[];
  readonly mean: Float64Array;
  /** Of the channels that are read, around zero rather than their mean: [I, I], a direction a column. */
  readonly inputDirections: Matrix;
}

export function principalComponents({ mean, covariance, inputProduct }: ResponseStatistics): PrincipalComponents {
  const { directions, variances } = eigenvectors(covariance);
  return { directions, variances, mean, inputDirections: eigenvectors(inputProduct).directions };
}

/** The eigenvectors of a symmetric matrix and their eigenvalues, largest first. */
function eigenvectors(symmetric: Float64Array): Pick<PrincipalComponents, 'directions' | 'variances'> {
  const size = Math.sqrt(symmetric.length);
  const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(
    Matrix.from1DArray(size, size, symmetric),
    { assumeSymmetric: true },
  );
  const order = realEigenvalues
    .map((_, index) => index)
    .sort((a, b) => at(realEigenvalues, b) - at(realEigenvalues, a));
  const directions = eigenvectorMatrix.subMatrixColumn(order);
  // Rounding leaves the smallest of them slightly negative.
  return { directions, variances: order.map((index) => Math.max(0, at(realEigenvalues, index))) };
}

/** A full convolution: weight [out, in, 3, 3] and bias [out]. */
export interface Convolution {
  readonly weight: FloatTensor;
  readonly bias: FloatTensor;
}

/** The same in low rank: reduction [rank, in, 1, 1], basis [rank, rank, k, k], weight [out, rank, 1, 1], bias [out]. */
export interface LowRankConvolution extends Convolution {
  readonly reduction: FloatTensor;
  readonly basis: FloatTensor;
}

export interface ProjectionOptions {
  readonly rank: number;
  /** Whether a pooling follows, which becomes a mean and a part of the basis. */
  readonly pooled: boolean;
}

/**
 * The convolution of low rank that is near a full one over the pictures whose statistics are given: with the first
 * principal components U of its responses y = W x + b and V of what it reads, U Uᵀ (W V Vᵀ x + b − ȳ) + ȳ (Zhang et al.
 * 2016, section 3.1; Kim et al. 2016).
 */
export function projectedConvolution(
  { weight, bias }: Convolution,
  { directions, mean, inputDirections }: PrincipalComponents,
  { rank, pooled }: ProjectionOptions,
): LowRankConvolution {
  const [outputs = 0, inputs = 0] = weight.shape;
  const chosen = directions.subMatrix(0, outputs - 1, 0, rank - 1);
  const read = inputDirections.subMatrix(0, inputs - 1, 0, rank - 1);
  const kernels = chosen.transpose().mmul(new Matrix(rowsOf(weight.data, outputs)));
  const basis = kernels.to2DArray().flatMap((kernel) => [...alongDirections(Float32Array.from(kernel), read)]);
  const offset = Matrix.columnVector([...bias.data].map((value, index) => value - (mean[index] ?? 0)));
  const projected = chosen.mmul(chosen.transpose().mmul(offset)).to1DArray();
  const small = floatTensor([rank, rank, 3, 3], Float32Array.from(basis));
  return {
    reduction: floatTensor([rank, inputs, 1, 1], Float32Array.from(read.transpose().to1DArray())),
    basis: pooled ? averagedKernels(small) : small,
    weight: floatTensor([outputs, rank, 1, 1], Float32Array.from(chosen.to1DArray())),
    bias: floatTensor(
      [outputs],
      Float32Array.from(projected, (value, index) => value + (mean[index] ?? 0)),
    ),
  };
}

/** A kernel of all inputs [in, 3, 3] as one of their shares along some directions [directions, 3, 3]. */
function alongDirections(kernel: Float32Array, directions: Matrix): readonly number[] {
  return directions
    .transpose()
    .mmul(new Matrix(rowsOf(kernel, directions.rows)))
    .to1DArray();
}

/** 3×3 kernels followed by a mean over 2×2 pixels, as 4×4 kernels: [O, I, 3, 3] → [O, I, 4, 4]. */
function averagedKernels({ shape: [outputs = 0, inputs = 0], data }: FloatTensor): FloatTensor {
  const averaged = new Float32Array(outputs * inputs * 16);
  for (const [index, value] of data.entries()) {
    const [kernel, row, column] = [Math.floor(index / 9), Math.floor((index % 9) / 3), index % 3];
    for (const offset of [0, 1, 4, 5]) {
      const place = kernel * 16 + row * 4 + column + offset;
      averaged[place] = (averaged[place] ?? 0) + value / 4;
    }
  }
  return floatTensor([outputs, inputs, 4, 4], averaged);
}

function rowsOf(data: Float32Array, rows: number): number[][] {
  const length = data.length / rows;
  return Array.from({ length: rows }, (_, row) => [...data.subarray(row * length, (row + 1) * length)]);
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? Number.NaN;
}

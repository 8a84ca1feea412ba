import {
  type VggArchitecture,
  type VggConvolution,
  vggConvolutions,
} from '../../graph-builder/networks/vgg-architecture.ts';
import { type ConvolutionNames, type NamingScheme, namingSchemes } from './naming-schemes.ts';

/** The convolutions of a weights file: which network it is and, for each convolution, its tensors' names in the file. */
export interface MatchedConvolutions {
  readonly architecture: VggArchitecture;
  readonly scheme: NamingScheme;
  readonly convolutions: readonly MatchedConvolution[];
}

export interface MatchedConvolution {
  /** `convB_I` */
  readonly name: string;
  readonly weight: string;
  readonly bias: string;
  /** Only of a convolution of low rank. */
  readonly lowRank?: ConvolutionNames['lowRank'];
}

/** What matching needs to know of a file: the shape of each of its tensors. */
interface Listing {
  readonly file: string;
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[] }>;
}

/** The result of holding a file against one architecture: its convolutions, or why it does not fit. */
type Outcome =
  | { readonly fits: true; readonly convolutions: readonly MatchedConvolution[] }
  | { readonly fits: false; readonly fault: string };

const architectures: readonly VggArchitecture[] = ['vgg16', 'vgg19'];

/**
 * Finds a VGG network's convolutions in a weights file by their names and shapes. The file may hold only the network's
 * first layers; whatever is not a convolution (the classifier) is ignored.
 * @param architecture what the file should be; found from its contents if not given
 * @throws if a layer between others is missing, a shape or a name does not fit, or the contents fit both architectures
 */
export function matchConvolutions(listing: Listing, architecture?: VggArchitecture): MatchedConvolutions {
  const scheme = findScheme(listing);
  const names = normalisedNames(listing, scheme);
  const match = (candidate: VggArchitecture) => matchArchitecture(listing, scheme, names, candidate);
  const fitting = architectures.filter((candidate) => match(candidate).fits);
  if (architecture === undefined && fitting.length > 1) {
    throw new Error(`${listing.file} fits ${fitting.join(' and ')} equally: say which with --as`);
  }
  const chosen = architecture ?? fitting[0] ?? closestArchitecture(scheme, names);
  const outcome = match(chosen);
  if (outcome.fits) return { architecture: chosen, scheme, convolutions: outcome.convolutions };
  const other = fitting.length > 0 ? ` (its tensors are those of ${fitting.join(' and ')})` : '';
  throw new Error(`${listing.file} does not fit ${chosen}: ${outcome.fault}${other}`);
}

function findScheme({ file, tensors }: Listing): NamingScheme {
  const names = [...tensors.keys()];
  const scheme = namingSchemes.find((candidate) => names.some((name) => candidate.normalise(name) !== null));
  if (scheme !== undefined) return scheme;
  const expected = namingSchemes.map(({ title, names }) => `${names('vgg16')[0]?.weight} (${title})`).join(', ');
  const received = names.length > 0 ? `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}` : 'no tensors';
  throw new Error(`${file} holds no VGG weights: expected a tensor named ${expected} but received ${received}`);
}

/** From the scheme's own names to the file's. */
function normalisedNames({ file, tensors }: Listing, scheme: NamingScheme): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const name of tensors.keys()) {
    const normalised = scheme.normalise(name);
    if (normalised === null) continue;
    const other = names.get(normalised);
    if (other !== undefined)
      throw new Error(`${file}: expected one tensor ${normalised} but received ${other} and ${name}`);
    names.set(normalised, name);
  }
  return names;
}

/** The architecture more of whose tensor names the file has. */
function closestArchitecture(scheme: NamingScheme, names: ReadonlyMap<string, string>): VggArchitecture {
  const shared = (architecture: VggArchitecture) =>
    scheme.names(architecture).filter(({ weight }) => names.has(weight)).length;
  return shared('vgg19') > shared('vgg16') ? 'vgg19' : 'vgg16';
}

function matchArchitecture(
  { tensors }: Listing,
  scheme: NamingScheme,
  names: ReadonlyMap<string, string>,
  architecture: VggArchitecture,
): Outcome {
  const convolutions: MatchedConvolution[] = [];
  const unmatched = new Set(names.keys());
  const schemeNames = scheme.names(architecture);
  for (const [index, convolution] of vggConvolutions(architecture).entries()) {
    const expected = schemeNames[index];
    if (expected === undefined || unmatched.size === 0) break;
    const basis = names.get(`${expected.lowRank?.basis}`);
    const shapes =
      basis === undefined
        ? fullShapes(convolution, expected, scheme)
        : lowRankShapes(convolution, expected, tensors.get(basis)?.shape ?? []);
    for (const [name, shape] of shapes) {
      const fault = tensorFault(name, shape, names.get(name), tensors);
      if (fault !== null) return { fits: false, fault };
      unmatched.delete(name);
    }
    const received = (name: string) => names.get(name) ?? name;
    convolutions.push({
      ...{ name: convolution.name, weight: received(expected.weight), bias: received(expected.bias) },
      ...(basis !== undefined &&
        expected.lowRank && { lowRank: { reduction: received(expected.lowRank.reduction), basis } }),
    });
  }
  const [extra] = unmatched;
  if (extra !== undefined) return { fits: false, fault: `expected no tensor ${extra} but the file has one` };
  return { fits: true, convolutions };
}

type NamedShape = readonly [name: string, shape: readonly number[]];

function fullShapes(
  { inputChannels, outputChannels }: VggConvolution,
  { weight, bias }: ConvolutionNames,
  { layout }: NamingScheme,
): readonly NamedShape[] {
  const kernel = layout === 'OIHW' ? [outputChannels, inputChannels, 3, 3] : [3, 3, inputChannels, outputChannels];
  return [
    [weight, kernel],
    [bias, [outputChannels]],
  ];
}

/** @param basis the shape that the file's basis has: it decides the rank, and whether the convolution pools */
function lowRankShapes(
  { inputChannels, outputChannels, pooled }: VggConvolution,
  { weight, bias, lowRank }: ConvolutionNames,
  [rank = 0, , height]: readonly number[],
): readonly NamedShape[] {
  const side = pooled && height === 4 ? 4 : 3;
  return [
    [`${lowRank?.reduction}`, [rank, inputChannels, 1, 1]],
    [`${lowRank?.basis}`, [rank, rank, side, side]],
    [weight, [outputChannels, rank, 1, 1]],
    [bias, [outputChannels]],
  ];
}

/** @returns what is wrong with the file's tensor, or null */
function tensorFault(
  expected: string,
  shape: readonly number[],
  received: string | undefined,
  tensors: Listing['tensors'],
): string | null {
  const receivedShape = received === undefined ? undefined : tensors.get(received)?.shape;
  if (receivedShape === undefined) return `expected the tensor ${expected} [${shape.join(', ')}] but it is missing`;
  if (receivedShape.join() === shape.join()) return null;
  return `expected the tensor ${received} to be [${shape.join(', ')}] but received [${receivedShape.join(', ')}]`;
}

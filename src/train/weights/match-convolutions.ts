import {
  type VggArchitecture,
  type VggConvolution,
  vggConvolutions,
} from '../../graph-builder/networks/vgg-architecture.ts';
import { type NamingScheme, namingSchemes } from './naming-schemes.ts';

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
  readonly basis?: string;
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
    const { name, inputChannels, outputChannels } = convolution;
    const weight = names.get(expected.weight);
    const bias = names.get(expected.bias);
    const basis = expected.basis === undefined ? undefined : names.get(expected.basis);
    const rank = basis === undefined ? undefined : (tensors.get(basis)?.shape[0] ?? 0);
    const fault =
      (rank === undefined ? null : tensorFault(`${expected.basis}`, [rank, inputChannels, 3, 3], basis, tensors)) ??
      tensorFault(
        expected.weight,
        rank === undefined ? kernelShape(convolution, scheme) : [outputChannels, rank, 1, 1],
        weight,
        tensors,
      ) ??
      tensorFault(expected.bias, [outputChannels], bias, tensors);
    if (fault !== null) return { fits: false, fault };
    if (weight !== undefined && bias !== undefined) {
      convolutions.push({ name, weight, bias, ...(basis === undefined ? {} : { basis }) });
    }
    for (const matched of [expected.weight, expected.bias, expected.basis]) unmatched.delete(`${matched}`);
  }
  const [extra] = unmatched;
  if (extra !== undefined) return { fits: false, fault: `expected no tensor ${extra} but the file has one` };
  return { fits: true, convolutions };
}

function kernelShape({ inputChannels, outputChannels }: VggConvolution, { layout }: NamingScheme): readonly number[] {
  return layout === 'OIHW' ? [outputChannels, inputChannels, 3, 3] : [3, 3, inputChannels, outputChannels];
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

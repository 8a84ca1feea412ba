import { examinePainting, type Painting } from '../../image/painting.node.ts';
import type { Region } from '../../image/picture.ts';
import type { TrainingConfiguration } from '../../style-file/training-configuration.ts';

/** The flags of every command that learns from a painting. */
export const paintingOptions = {
  'no-crop': {
    type: 'boolean',
    describe: 'Take the painting with its frame and its dark borders (default: they are cropped)',
  },
} as const;

/** What those flags come as; undefined where the painting is cropped. */
export interface PaintingFlags {
  readonly noCrop: boolean | undefined;
}

/**
 * Looks at a painting and says on stderr what of it is cropped.
 * @throws as examinePainting does
 */
export async function openPainting(path: string, { noCrop = false }: Partial<PaintingFlags>): Promise<Painting> {
  const say = (sentence: string) => void process.stderr.write(`${sentence}\n`);
  const painting = await examinePainting(path, { keepFrame: noCrop, onNotice: say });
  if (painting.region) say(croppingSentence(painting, painting.region));
  return painting;
}

function croppingSentence({ path, size }: Painting, region: Region): string {
  const [left, whole] = [region, size].map(({ width, height }) => `${width}×${height}`);
  return `Cropped the frame of ${path}: ${left} of ${whole} pixels are left; --no-crop keeps it`;
}

/**
 * The configuration of a new run with the part of its painting that is learnt.
 * @throws as openPainting does
 */
export async function withPaintedRegion(
  configuration: TrainingConfiguration,
  flags: Partial<PaintingFlags>,
): Promise<TrainingConfiguration> {
  const { region } = await openPainting(configuration.style, flags);
  return { ...configuration, styleCrop: region };
}

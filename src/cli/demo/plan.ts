import { fileURLToPath } from 'node:url';
import { samplePhotograph, samplePhotographsFolder } from '../../dataset/sample-photographs.node.ts';
import type { GivenOptions } from '../train/configuration.ts';

/** What a demonstration trains, and which photograph it paints then. */
export interface DemoPlan {
  readonly training: GivenOptions & { readonly style: string; readonly content: string };
  readonly photograph: string;
}

const photograph = samplePhotograph('roman-arches');

/** `npm run demo`: what comes with impasto suffices, and two cores finish it within six minutes. */
export const demoPlan: DemoPlan = {
  training: {
    style: fileURLToPath(new URL('../../../artifacts/style-images/mosaic.jpg', import.meta.url)),
    content: samplePhotographsFolder,
    // It can paint already: a few hundred steps of one photograph suffice.
    from: 'starry-night',
    steps: 350,
    // Tesserae large enough to be seen as such.
    styleSize: 512,
    checkpointEvery: 50,
    preview: [photograph],
  },
  photograph,
};

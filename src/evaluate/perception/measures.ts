/**
 * What is measured of one stylized picture, by name: each of `measureNames`, and those of single layers with the layer behind
 * a dot, such as `style.relu4_1`. Of every measure less is better.
 */
export type Measures = Readonly<Record<string, number>>;

/** The measures that are told of every picture, the one that agrees with people most often first. */
export const measureNames = ['motifs', 'unpainted', 'style', 'colour', 'content'] as const;
export type MeasureName = (typeof measureNames)[number];

/** What each measure says, in words for a table. */
export const measureMeanings: Readonly<Record<MeasureName, string>> = {
  motifs: "the painting's patches that flat regions lack",
  unpainted: 'flat regions nearer to the photograph than to the painting',
  style: 'centred Gram matrices, relative error',
  colour: 'sliced Wasserstein distance in RGB, 0..255',
  content: "difference from the photograph's normalised features",
};

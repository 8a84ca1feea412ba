/** What a style is trained with in the page: made from artifacts by web/build/training-plugin.ts. */
declare module 'virtual:training' {
  /** The photographs, in the order that the random draws refer to. */
  export const photographs: readonly { readonly name: string; readonly address: string }[];
  /** The address of the loss network's weights, vgg19-lite. */
  export const lossNetwork: string;
  /** What a model says of these files. */
  export const facts: {
    readonly photographs: { readonly count: number; readonly digest: string };
    /** SHA-256 of the loss network's weights. */
    readonly lossNetwork: string;
    /** impasto's version. */
    readonly version: string;
  };
}

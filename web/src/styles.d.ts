/** The styles that come with this build: made from artifacts/styles by web/build/styles-plugin.ts. */
declare module 'virtual:styles' {
  export interface ShippedStyle {
    readonly id: string;
    readonly name: string;
    readonly author: string;
    readonly licence: string;
    /** The address of a photograph painted in it; null if the model has none. */
    readonly thumbnail: string | null;
    /** The address of its network. */
    readonly model: string;
  }
  export const styles: readonly ShippedStyle[];
}

/** The flags that say how each picture is painted. */
export interface PictureOptions {
  readonly tile: 'auto' | number | undefined;
  readonly strength: number | undefined;
  readonly keepColors: boolean;
  readonly mask: string | undefined;
  readonly maxSize: number | undefined;
  readonly strokeSize: number | undefined;
  readonly quality: number | undefined;
  readonly keepMetadata: boolean;
}

/** The flags of a command without its others, always in the same order. */
export function pictureOptions(flags: PictureOptions): PictureOptions {
  const { tile, strength, keepColors, mask, maxSize, strokeSize, quality, keepMetadata } = flags;
  return { tile, strength, keepColors, mask, maxSize, strokeSize, quality, keepMetadata };
}

/** What a checkpoint remembers of the photographs it was trained on: enough to notice that others are there now. */
export interface ListFingerprint {
  /** Photographs in the list. */
  readonly count: number;
  /** SHA-256, in hexadecimal, over the paths in their order, relative to the folder. */
  readonly digest: string;
}

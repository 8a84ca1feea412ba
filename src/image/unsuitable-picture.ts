/** A picture that can be read but not be used for what it is to be: too small, a strip, of one colour or transparent. */
export class UnsuitablePictureError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'UnsuitablePictureError';
  }
}

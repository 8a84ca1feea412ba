import type { StyleDescription } from './protocol.ts';

/** Whatever a file of the user's says is shown: no address that would be fetched, nothing that is no small picture. */
const smallPicture = /^data:image\/jpeg;base64,[A-Za-z0-9+/=]{1,100000}$/;

/** What a model file says of itself; undefined if impasto did not write it. */
export async function describeStyle(model: Blob): Promise<StyleDescription | undefined> {
  const { readStyle } = await import('../../../src/style-file/read-style.ts');
  try {
    const { recipe, thumbnail } = readStyle(new Uint8Array(await model.arrayBuffer()), 'the style');
    return { name: recipe.styleName, thumbnail: thumbnail && smallPicture.test(thumbnail) ? thumbnail : null };
  } catch {
    return undefined;
  }
}

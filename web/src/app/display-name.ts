/** A style's name as people write it: `starry_night` is shown as Starry night, `composition_vii` as Composition VII. */
export function displayName(name: string): string {
  const words = name
    .replaceAll(/[_-]+/g, ' ')
    .trim()
    .replaceAll(/\b[ivx]+$/g, (numeral) => numeral.toUpperCase());
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

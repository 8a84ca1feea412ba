/** A style's name as people write it: `starry_night` is shown as Starry night, `composition_vii` as Composition VII. */
export function displayName(name: string): string {
  const words = name
    .replaceAll(/[_-]+/g, ' ')
    .trim()
    .replaceAll(/\b[ivx]+$/g, (numeral) => numeral.toUpperCase());
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** A name that none of the others is, whatever their capitals: with a number behind it if there is one like it. */
export function distinctName(name: string, others: readonly string[]): string {
  const taken = new Set(others.map((other) => other.toLowerCase()));
  let distinct = name;
  for (let number = 2; taken.has(distinct.toLowerCase()); number += 1) distinct = `${name} ${number}`;
  return distinct;
}

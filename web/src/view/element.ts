/**
 * An element of the page by its id.
 * @throws if there is none of that kind: the page and its script do not belong together
 */
export function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`Expected ${kind.name} #${id} in the page`);
}

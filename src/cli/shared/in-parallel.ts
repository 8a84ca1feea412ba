/**
 * Works through a list, several items at a time; the next is begun when one is done.
 * @param width how many are under way at most
 * @returns the results in the order of the items
 * @throws what the work throws; items under way are not waited for then
 */
export async function mapInParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  // One iterator for all: each takes the next item from it.
  const queue = items.entries();
  const takeTurns = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, takeTurns));
  return results;
}

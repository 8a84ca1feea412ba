/** The items of a generator, each asked for while the one before is worked on. */
export async function* oneAhead<T>(items: AsyncGenerator<T, void, void>): AsyncGenerator<T, void, void> {
  try {
    let next = items.next();
    for (;;) {
      const item = await next;
      if (item.done) return;
      next = items.next();
      // An error is thrown when its item is asked for.
      next.catch(() => {});
      yield item.value;
    }
  } finally {
    await items.return();
  }
}

/** One of several, each as often as its weight says; `random` is a number from 0 to less than 1. Undefined where none has a weight. */
export function byWeight<Item>(
  items: readonly Item[],
  weightOf: (item: Item) => number,
  random: number,
): Item | undefined {
  let left = random * items.reduce((sum, item) => sum + weightOf(item), 0);
  for (const item of items) {
    left -= weightOf(item);
    if (left < 0) return item;
  }
  return undefined;
}

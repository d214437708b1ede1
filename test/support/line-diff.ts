/** How many lines a diff of two texts shows: those that only one of them has, their longest common subsequence left out. */
export function changedLines(before: string, after: string): number {
  let [left, right] = [before.split("\n"), after.split("\n")];
  const start = left.findIndex((line, index) => line !== right[index]);
  if (start < 0) return right.length - left.length;
  [left, right] = [left.slice(start), right.slice(start)];
  while (left.length > 0 && right.length > 0 && left.at(-1) === right.at(-1)) {
    left.pop();
    right.pop();
  }
  let row = new Uint32Array(right.length + 1);
  for (const line of left) {
    const next = new Uint32Array(right.length + 1);
    for (const [index, other] of right.entries()) {
      next[index + 1] =
        line === other ? (row[index] ?? 0) + 1 : Math.max(row[index + 1] ?? 0, next[index] ?? 0);
    }
    row = next;
  }
  return left.length + right.length - 2 * (row[right.length] ?? 0);
}

/** Goes on with a value at once where it is there already, else when its promise resolves: what need not wait costs no promise. */
export function after<T, U>(value: T | Promise<T>, next: (value: T) => U | Promise<U>): U | Promise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Does a step for one item after the other, waiting only where a step does. */
export function inTurn<T>(
  items: readonly T[],
  step: (item: T) => void | Promise<void>,
  from = 0,
): void | Promise<void> {
  for (let i = from; i < items.length; i++) {
    const waiting = step(items[i] as T);
    if (waiting) return waiting.then(() => inTurn(items, step, i + 1));
  }
}

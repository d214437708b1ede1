/** Colours of a report, or none. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly dim: (text: string) => string;
}

const code =
  (start: number) =>
  (text: string): string =>
    `\u001b[${start}m${text}\u001b[0m`;

const plain = (text: string): string => text;

export function paintFor(color: boolean): Paint {
  return color ? { good: code(32), bad: code(31), dim: code(2) } : { good: plain, bad: plain, dim: plain };
}

/**
 * A counter: its name, what it is, and a line about it. Marks: `g` goes up and down; `D` and `d` are for diagnosis and for debugging; `B` are
 * bytes, `s` seconds, `p` one bit for each of the last polls.
 */
export type CounterRow = readonly [name: string, marks: string, text: string];

/** The counters that one kind of thing has: the process (MAIN), a backend (VBE) … */
export interface CounterKind {
  readonly name: string;
  /** Its place in the tools' lists. */
  readonly order: number;
  readonly text: string;
  readonly rows: readonly CounterRow[];
}

/** Values by name; what is not there is 0. */
export type CounterValues = ReadonlyMap<string, number | bigint>;

/** What the tools need to know about counters to show them, as they read it: JSON with the place of each in bytes. */
export function documentOf({ name, order, text, rows }: CounterKind): string {
  const elements = rows.map(([counter, marks, oneliner], at) => [
    counter,
    {
      type: marks.includes("p") ? "bitmap" : marks.includes("g") ? "gauge" : "counter",
      ctype: "uint64_t",
      level: marks.includes("D") ? "diag" : marks.includes("d") ? "debug" : "info",
      oneliner,
      format: formatOf(marks),
      index: at * 8,
      name: counter,
      docs: "",
    },
  ]);
  return JSON.stringify({
    version: "1",
    name,
    oneliner: text,
    order,
    docs: "",
    elements: rows.length,
    elem: Object.fromEntries(elements) as object,
  });
}

function formatOf(marks: string): string {
  if (marks.includes("B")) return "bytes";
  if (marks.includes("s")) return "duration";
  return marks.includes("p") ? "bitmap" : "integer";
}

/** Writes the values of a kind as they stand in shared memory: 64 bits each, little-endian. */
export function writeValues(kind: CounterKind, values: CounterValues, into: DataView, at: number): void {
  kind.rows.forEach(([name], index) => {
    const value = values.get(name) ?? 0;
    if (typeof value === "bigint") into.setBigUint64(at + index * 8, value, true);
    else into.setBigUint64(at + index * 8, BigInt(Math.max(0, Math.floor(value))), true);
  });
}

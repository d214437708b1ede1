/**
 * Reads text in the part of Graphviz's language that a graph of nodes and edges needs, by its grammar: `digraph ID { stmt; … }`, where a
 * statement is `ID = ID`, `node [attributes]`, `ID [attributes]` or `ID -> ID [attributes]`. Throws where the text is something else.
 */
export function dotEdges(text: string): {
  readonly nodes: ReadonlySet<string>;
  readonly edges: readonly (readonly [string, string])[];
} {
  const tokens = [
    ...text.matchAll(/\s*("(?:[^"\\]|\\.)*"|[A-Za-z_]\w*|-?\d+(?:\.\d+)?|->|[{}[\]=,;])|\s*(\S)/g),
  ];
  const words = tokens.map(([, token, wrong]) => {
    if (wrong !== undefined) throw new Error(`dot: unexpected ${wrong}`);
    return token ?? "";
  });
  const nodes = new Set<string>();
  const edges: [string, string][] = [];
  const peek = (): string => words[0] ?? "(end)";
  const next = (expected?: string): string => {
    const word = peek();
    words.shift();
    if (expected !== undefined && word !== expected) throw new Error(`dot: ${word} instead of ${expected}`);
    return word;
  };
  const id = (): string => {
    const word = next();
    if (!/^["\w-]/.test(word) || word === "->") throw new Error(`dot: ${word} is no ID`);
    return word.startsWith('"') ? (JSON.parse(word) as string) : word;
  };
  const attributes = (): void => {
    if (peek() !== "[") return;
    for (next("["); peek() !== "]"; peek() === "," && next()) {
      id();
      next("=");
      id();
    }
    next("]");
  };
  next("digraph");
  id();
  for (next("{"); peek() !== "}"; next(";")) {
    const first = id();
    if (peek() === "=") {
      next();
      id();
      continue;
    }
    if (peek() === "->") {
      next();
      edges.push([first, id()]);
    } else if (first !== "node") nodes.add(first);
    attributes();
  }
  next("}");
  if (words.length > 0) throw new Error(`dot: ${peek()} after the end`);
  return { nodes, edges };
}

import { YAMLException } from "js-yaml";
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type Node } from "yaml";
import { ConfigFailure, type ConfigNode, type Reader } from "./config-reader.js";
import { PlacedReader } from "./placed-reader.js";
import { refuseDepth } from "./refuse-depth.js";
import { ValueReader, valueOf } from "./value-reader.js";

/** Characters of a text of which keeping the places takes long. */
export const longText = 200_000;

/**
 * Reads the text of a YAML or JSON file: `take` gets its one map. Keeping places costs twenty times what the values do, so that a text is read
 * without them first, and with them only where `take` fails, or what is wrong with the syntax of a short text. Throws a ConfigFailure that names the line.
 */
export function readConfig<Result>(text: string, take: (reader: Reader, root: ConfigNode) => Result): Result {
  refuseDepth(text);
  try {
    const reader = new ValueReader(text);
    return take(reader, reader.map(valueOf(text), "the file"));
  } catch (error) {
    if (text.length > longText && error instanceof YAMLException) throw failureOf(error);
    return readPlacedConfig(text, take);
  }
}

/** The same for those who want to know where what they read stands. */
export function readPlacedConfig<Result>(
  text: string,
  take: (reader: PlacedReader, root: ConfigNode) => Result,
): Result {
  refuseDepth(text);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const aliases = new Map<unknown, Node | undefined>();
  const anchors = new Map<string, Node>();
  visit(document, (_key, node) => {
    if (isAlias(node)) aliases.set(node, anchors.get(node.source));
    else if (isMap(node) || isSeq(node) || isScalar(node)) if (node.anchor) anchors.set(node.anchor, node);
  });
  const reader = new PlacedReader(text, lines, aliases);
  const [error] = document.errors;
  if (error)
    reader.failAt(error.pos[0], error.message.replace(/(?: at line \d+, column \d+)?(?::?\n[^]*)?$/, ""));
  return take(reader, reader.map(document.contents as unknown as ConfigNode, "the file"));
}

/** What the quick parser says of a text that it cannot read. */
function failureOf({ reason, mark }: YAMLException): ConfigFailure {
  return new ConfigFailure(reason, (mark?.line ?? 0) + 1, (mark?.column ?? 0) + 1);
}

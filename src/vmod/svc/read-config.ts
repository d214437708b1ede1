import { YAMLException } from "js-yaml";
import { parseDocument } from "yaml";
import { ConfigFailure, type ConfigNode, type Reader } from "./config-reader.js";
import { placedNodeOf, placedNodes, type PlacedNode } from "./placed-node.js";
import { PlacedReader } from "./placed-reader.js";
import { readPlainYaml } from "./plain-yaml.js";
import { refuseDepth } from "./refuse-depth.js";
import { ValueReader, valueOf } from "./value-reader.js";

/** Characters of a text of which a parser that keeps the places of everything takes long. */
export const longText = 200_000;

/**
 * Reads the text of a YAML or JSON file: `take` gets its one map. Keeping places takes longer, so that a text is read without them first, and with them
 * only where `take` fails, or what is wrong with the syntax of a short text. Throws a ConfigFailure that names the line.
 */
export function readConfig<Result>(text: string, take: (reader: Reader, root: ConfigNode) => Result): Result {
  try {
    const reader = new ValueReader(text.length);
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
  const reader = new PlacedReader(text);
  const root = readPlainYaml(text, placedNodes) ?? readAnyYaml(text, reader);
  return take(reader, reader.map(root as ConfigNode | null, "the file"));
}

function readAnyYaml(text: string, reader: PlacedReader): PlacedNode | null {
  refuseDepth(text);
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error)
    reader.failAt(error.pos[0], error.message.replace(/(?: at line \d+, column \d+)?(?::?\n[^]*)?$/, ""));
  return placedNodeOf(document);
}

/** What the quick parser says of a text that it cannot read. */
function failureOf({ reason, mark }: YAMLException): ConfigFailure {
  return new ConfigFailure(reason, (mark?.line ?? 0) + 1, (mark?.column ?? 0) + 1);
}

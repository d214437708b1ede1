import { ConfigFailure } from "../svc/config-reader.js";
import { readConfig, readPlacedConfig } from "../svc/read-config.js";
import { hostText, type HostEntries } from "./host-entries.js";
import { takeHost, takeRoutes } from "./route-config.js";
import { RouteReader } from "./route-reader.js";

/** How far a file was read before something was wrong. */
export interface Progress {
  /** Names of the groups; undefined where what is not about hosts is wrong. */
  readonly groups: ReadonlySet<string> | undefined;
  /** Hosts that are good, in lower case. */
  readonly hosts: ReadonlySet<string>;
}

/** A name that text of another host may refer to. */
const anchor = /(?:[:,[{-]\s*)&[^\s&]/;

/**
 * Throws a ConfigFailure for what is wrong with the host after those that are good, or with what is not about hosts: places are kept of that part only, which
 * takes seconds less of a long file. Nothing is thrown where that part is good for itself.
 */
export function tellMistake(text: string, entries: HostEntries, { groups, hosts }: Progress): void {
  const { form, rest, starts, ends } = entries;
  if (form === "yaml" && anchor.test(text)) return;
  if (!groups) {
    const tail = text.length - (ends.at(-1) ?? text.length);
    const inText = (offset: number): number =>
      rest.length - offset <= tail ? text.length - rest.length + offset : offset;
    tell(text, rest, inText, () => readConfig(rest, takeRoutes));
    return;
  }
  const start = starts[hosts.size];
  if (start === undefined) return;
  const part = hostText(form, text.slice(start, ends[hosts.size]));
  const before = form === "json" ? start - 1 : start;
  tell(
    text,
    part,
    (offset) => offset + before,
    () =>
      readPlacedConfig(part, (reader, root) => {
        const [[name = "", node = null] = []] = reader.entries(root);
        if (hosts.has(name.toLowerCase())) reader.fail(node, `host "${name}" is there twice`);
        takeHost(reader, new RouteReader(reader, groups), name, node, 0);
      }),
  );
}

/** Throws what is wrong with a part of a text at its place in the text. */
function tell(text: string, part: string, inText: (offset: number) => number, read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ConfigFailure)) throw error;
    const offset = inText(lineStart(part, error.line) + error.column - 1);
    const line = text.slice(0, offset).split("\n").length;
    throw new ConfigFailure(error.reason, line, offset - lineStart(text, line) + 1);
  }
}

/** Where a line, counted from 1, begins. */
function lineStart(text: string, line: number): number {
  let start = 0;
  for (let left = line; left > 1; left--) start = text.indexOf("\n", start) + 1;
  return start;
}

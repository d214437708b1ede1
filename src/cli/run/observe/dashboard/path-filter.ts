import type { LogTransaction } from "../../../../runtime/vsl/log-transaction.js";
import { parseQuery } from "../../../../runtime/vsl/query/parse-query.js";
import { tagsOf } from "../../../../runtime/vsl/query/tag-list.js";
import { QueryError } from "../../../../runtime/vsl/query/tokens.js";
import type { RequestPath } from "./request-path.js";

/** Which requests somebody wants to see. */
export interface PathFilter {
  /** How the text was read, or what is wrong with it. */
  readonly kind: "all" | "query" | "words" | "wrong";
  readonly message: string;
  readonly wants: (group: readonly LogTransaction[], paths: () => readonly RequestPath[]) => boolean;
}

/** Reads a filter: a query (vsl-query(7)) if it begins with the name of a tag, otherwise words that all have to occur. */
export function readFilter(text: string): PathFilter {
  const trimmed = text.trim();
  if (trimmed === "") return { kind: "all", message: "", wants: () => true };
  if (!isQuery(trimmed)) return wordsFilter(trimmed.toLowerCase().split(/\s+/));
  try {
    const query = parseQuery(trimmed);
    return { kind: "query", message: "", wants: (group) => query(group) };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const message = `at character ${error.position + 1}: ${error.message}`;
    return { kind: "wrong", message, wants: () => false };
  }
}

function isQuery(text: string): boolean {
  const [, name = ""] = /^(?:not\s|[\s(]|\{[^}]*\})*([\w*]+)/.exec(text) ?? [];
  return name === "vxid" || (/^[A-Z*]/.test(name) && typeof tagsOf(name) !== "string");
}

function wordsFilter(words: readonly string[]): PathFilter {
  return {
    kind: "words",
    message: "",
    wants: (_, paths) => {
      const text = paths().map(searched).join("\n");
      return words.every((word) => text.includes(word));
    },
  };
}

/** What words are looked for in. */
function searched({ method, host, url, status, handling, vcl, backend, steps }: RequestPath): string {
  const notes = steps.flatMap((step) => step.notes).join("\n");
  return `${method} ${host}${url} ${status} ${handling} ${vcl} ${backend}\n${notes}`.toLowerCase();
}

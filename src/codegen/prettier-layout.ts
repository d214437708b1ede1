import type { Plugin } from "prettier";
import { indent, printWidth, type Deferred } from "./line-layout.js";

/** Prettier gets so many characters at once: what is longer takes longer than its pieces, and more memory. */
const batchLength = 16 * 1024;

/** Lays out what is not in final form as it is; answers with the lines of each. */
export async function layOutDeferred(
  deferred: readonly Deferred[],
  length = batchLength,
): Promise<ReadonlyMap<Deferred, string>> {
  const laidOut = new Map<Deferred, string>();
  for (const batch of batches(deferred, length)) {
    const texts = await layOutBatch(batch);
    for (const [index, item] of batch.entries()) laidOut.set(item, withoutStandIns(item, texts[index] ?? ""));
  }
  return laidOut;
}

/** Formats a text that is whole. Prettier is loaded only when this is first called. */
export async function format(text: string): Promise<string> {
  const [prettier, babel, estree] = await Promise.all([
    import("prettier/standalone"),
    import("prettier/plugins/babel"),
    import("prettier/plugins/estree"),
  ]);
  // The types of `estree` do not say that it is a plugin, but it is one.
  const plugins = [babel, estree as unknown as Plugin];
  return prettier.format(text, { parser: "babel-ts", plugins, printWidth, tabWidth: indent });
}

/** What stands at one depth goes together. */
function batches(deferred: readonly Deferred[], length: number): Deferred[][] {
  const found: Deferred[][] = [];
  const open = new Map<string, { readonly batch: Deferred[]; length: number }>();
  for (const item of deferred) {
    const key = `${item.depth} ${item.kind === "member"}`;
    let last = open.get(key);
    if (!last || last.length >= length) {
      open.set(key, (last = { batch: [], length: 0 }));
      found.push(last.batch);
    }
    last.batch.push(item);
    last.length += item.text.length;
  }
  return found;
}

/** Stands between what is laid out together; nothing that is emitted is called so. */
const mark = "between";

/** Formats statements within as many blocks as they will be indented; members within an object. */
async function layOutBatch(batch: readonly Deferred[]): Promise<string[]> {
  const { depth, kind } = batch[0] ?? { depth: 0, kind: "statement" };
  const isMember = kind === "member";
  const line = `${mark}${isMember ? "," : ";"}\n`;
  const [open, close] = isMember ? ["({\n", "\n});"] : ["", ""];
  const blocks = isMember ? depth - 1 : depth;
  const text = batch.map((item) => `${line}${withStandIns(item)}\n`).join("");
  const formatted = await format(
    `${"{\n".repeat(blocks)}${open}${text}${line}${close}${"\n}".repeat(blocks)}`,
  );
  return formatted.split(`${" ".repeat(depth * indent)}${line}`).slice(1, -1);
}

/** A head of an `if` with what makes a statement of it. */
function withStandIns({ kind, text }: Deferred): string {
  if (kind === "if") return `${text}\n}`;
  return kind === "else" ? `if (${mark}) {\n${text}\n}` : text;
}

function withoutStandIns({ kind }: Deferred, formatted: string): string {
  const end =
    kind === "if" || kind === "else"
      ? formatted.lastIndexOf("\n", formatted.length - 2) + 1
      : formatted.length;
  return formatted.slice(kind === "else" ? formatted.indexOf("\n") + 1 : 0, end);
}

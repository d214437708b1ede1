import { utils } from "prettier/doc";
import type { AstPath, Doc, Parser, Plugin, Printer, SupportLanguage } from "prettier";
import { formatTree } from "../format/format.js";
import { fileDoc } from "../format/layout.js";
import type { Block } from "../format/statements.js";
import { position } from "../source/position.js";

/** What the plugin prints: a file at once, its comments in their places. */
interface VclFile {
  readonly block: Block;
  readonly length: number;
}

/** VCL's sources are bytes; editors have characters. */
const bytesOf = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
const textOf = (bytes: string): string => Buffer.from(bytes, "latin1").toString("utf8");

const parser: Parser<VclFile> = {
  astFormat: "vcl",
  locStart: () => 0,
  locEnd: ({ length }) => length,
  parse(text) {
    const file = { name: "vcl", text: bytesOf(text), kind: "file" } as const;
    const tree = formatTree(file);
    if (!("problems" in tree)) return { block: tree, length: text.length };
    const [problem] = tree.problems;
    if (!problem) throw new SyntaxError("no VCL");
    const { line, column } = position(file, problem.span.start);
    throw Object.assign(new SyntaxError(`${problem.message} (${line}:${column})`), {
      loc: { start: { line, column } },
    });
  },
};

const printer: Printer<VclFile> = {
  print: (path: AstPath<VclFile>): Doc =>
    utils.mapDoc(fileDoc(path.node.block), (doc) => (typeof doc === "string" ? textOf(doc) : doc)),
};

/** Prettier's plugin for VCL: `"plugins": ["vclc/prettier"]` in its configuration, and editors lay out `.vcl` files as `vclc fmt` does. */
export const languages: SupportLanguage[] = [{ name: "VCL", parsers: ["vcl"], extensions: [".vcl"] }];
export const parsers: NonNullable<Plugin<VclFile>["parsers"]> = { vcl: parser };
export const printers: NonNullable<Plugin<VclFile>["printers"]> = { vcl: printer };
export const defaultOptions: NonNullable<Plugin["defaultOptions"]> = { tabWidth: 4, printWidth: 100 };

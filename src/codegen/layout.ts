import type { Plugin } from "prettier";
import { cutIntoPieces, type Piece, type PieceLevel } from "./pieces.js";

/** Emitted text of so many characters is formatted at once: what is longer takes longer than its pieces, and more memory. */
const pieceLength = 16 * 1024;

/** Lays emitted text out with prettier. The pieces of long text give the same as the whole. */
export async function layOut(text: string, length = pieceLength): Promise<string> {
  if (text.length <= length) return format(text);
  const { pieces, open, close, membersApart } = cutIntoPieces(text, length);
  const laidOut: Record<PieceLevel, string> = { module: "", load: "", member: "" };
  for (const piece of pieces) {
    const before = laidOut[piece.level];
    const gap = before !== "" && piece.isApart ? "\n" : "";
    laidOut[piece.level] = `${before}${gap}${await layOutPiece(piece)}`;
  }
  const { module, load, member } = laidOut;
  const members = member === "" ? "" : "members() {},";
  const isApart = load !== "" && membersApart ? "\n" : "";
  const frame = await format(
    `${open}\n${load === "" ? "" : "load;\n"}${isApart}return {\n${members}\n};\n${close}\n`,
  );
  const filled = frame.replace(/^ *load;\n/m, () => load).replace(/^ *members\(\) \{\},\n/m, () => member);
  return `${module}${module === "" ? "" : "\n"}${filled}`;
}

/** What stands around a piece, so that it is formatted as deep as it will stand: that many lines before and behind it. */
const surroundings: Readonly<Record<PieceLevel, readonly [before: string, after: string, lines: number]>> = {
  module: ["", "", 0],
  load: ["{\n", "\n}", 1],
  member: ["{\n({\n", "\n});\n}", 2],
};

async function layOutPiece({ level, text }: Piece): Promise<string> {
  const [before, after, lines] = surroundings[level];
  const formatted = await format(`${before}${text}${after}`);
  return withoutLines(formatted, lines);
}

/** A text without so many of its first and last lines. */
function withoutLines(text: string, count: number): string {
  let [start, end] = [0, text.length];
  for (let i = 0; i < count; i++) {
    start = text.indexOf("\n", start) + 1;
    end = text.lastIndexOf("\n", end - 2) + 1;
  }
  return text.slice(start, end);
}

/** Prettier is loaded only when this is first called. */
async function format(text: string): Promise<string> {
  const [prettier, babel, estree] = await Promise.all([
    import("prettier/standalone"),
    import("prettier/plugins/babel"),
    import("prettier/plugins/estree"),
  ]);
  // The types of `estree` do not say that it is a plugin, but it is one.
  const plugins = [babel, estree as unknown as Plugin];
  return prettier.format(text, { parser: "babel-ts", plugins, printWidth: 110 });
}

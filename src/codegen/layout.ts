import type { Plugin } from "prettier";
import { cutIntoPieces, type Piece, type PieceLevel, type Pieces } from "./pieces.js";

/** Emitted text of so many characters is formatted at once: what is longer takes longer than its pieces, and more memory. */
const pieceLength = 16 * 1024;

/** Lays emitted text out with prettier. The pieces of long text give the same as the whole. */
export async function layOut(text: string, length = pieceLength): Promise<string> {
  if (text.length <= length) return format(text);
  const { pieces, ...around } = cutIntoPieces(text, length);
  const frame = await layOutFrame(around, pieces);
  const laidOut: Record<PieceLevel, string> = { module: "", load: "", member: "" };
  for (const piece of pieces) {
    const before = laidOut[piece.level];
    const gap = before !== "" && piece.isApart ? "\n" : "";
    laidOut[piece.level] = `${before}${gap}${await layOutPiece(piece, frame)}`;
  }
  const { module, load, member } = laidOut;
  const filled = frame.replace(standIns.load, () => load).replace(standIns.member, () => member);
  return `${module}${module === "" ? "" : "\n"}${filled}`;
}

/** What stands in the frame for pieces, on a line of its own. */
const standIns = { load: /^( *)load;\n/m, member: /^( *)members\(\) \{\},\n/m } as const;

/** The frame with something that stands for the pieces of each level: how it is indented is how they will be. */
function layOutFrame(
  { open, close, membersApart }: Omit<Pieces, "pieces">,
  pieces: readonly Piece[],
): Promise<string> {
  const has = (level: PieceLevel): boolean => pieces.some((piece) => piece.level === level);
  const load = has("load") ? `load;\n${membersApart ? "\n" : ""}` : "";
  const members = has("member") ? "members() {},\n" : "";
  return format(`${open}\n${load}return {\n${members}};\n${close}\n`);
}

/** A piece, formatted within as many blocks as it will be indented; a member within an object. */
async function layOutPiece({ level, text }: Piece, frame: string): Promise<string> {
  if (level === "module") return format(text);
  const depth = (standIns[level].exec(frame)?.[1]?.length ?? 0) / indent;
  const blocks = level === "load" ? depth : depth - 1;
  const [open, close] = level === "load" ? ["", ""] : ["({\n", "\n});"];
  const formatted = await format(`${"{\n".repeat(blocks)}${open}${text}${close}${"\n}".repeat(blocks)}`);
  return withoutLines(formatted, depth);
}

const indent = 2;

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
  return prettier.format(text, { parser: "babel-ts", plugins, printWidth: 110, tabWidth: indent });
}

import { takeApart, type Framed } from "./frame.js";
import { indent, layOutLines, printWidth, type Laid } from "./line-layout.js";
import { format, layOutDeferred } from "./prettier-layout.js";

/**
 * Lays emitted text out as prettier does, byte for byte. Most lines that fit are known to come out as they are written, without parentheses
 * that nobody needs; prettier gets the others, and is not even loaded if there are none.
 */
export async function layOut(text: string): Promise<string> {
  const framed = takeApart(text);
  if (!framed) return format(text);
  const frame = plainFrame(framed) ?? (await layOutFrame(framed));
  const parts = [
    layOutLines(framed.module, "statement", 0),
    layOutLines(framed.load, "statement", depthOf(standIns.load, frame)),
    layOutLines(framed.members, "member", depthOf(standIns.members, frame)),
  ];
  const laidOut = await layOutDeferred(parts.flat().filter((line) => typeof line !== "string"));
  const print = (lines: readonly Laid[]): string =>
    lines.map((line) => (typeof line === "string" ? `${line}\n` : (laidOut.get(line) ?? ""))).join("");
  const [module = "", load = "", members = ""] = parts.map(print);
  const filled = frame.replace(standIns.load, () => load).replace(standIns.members, () => members);
  return `${module}${module === "" ? "" : "\n"}${filled}`;
}

/** What stands in the frame for the lines within, on a line of its own. */
const standIns = { load: /^( *)load;\n/m, members: /^( *)members\(\) \{\},\n/m } as const;

function depthOf(standIn: RegExp, frame: string): number {
  return (standIn.exec(frame)?.[1]?.length ?? 0) / indent;
}

/** The frame with something that stands for the lines within: how it is indented is how they will be. */
function frameText({ open, load, members, close }: Framed): string[] {
  const hasLoad = load.some((line) => line !== "");
  const gap = hasLoad && load.at(-1) === "" ? [""] : [];
  return [
    open,
    ...(hasLoad ? ["load;"] : []),
    ...gap,
    "return {",
    ...(members.length > 0 ? ["members() {},"] : []),
    "};",
    close,
  ];
}

const plainOpen =
  /^export default defineVcl\(\{ format: \d+, source: "[^"\\]*", version: \d+ \}, \(vpi\) => \{$/;

/** The frame in final form, if it is known what that is. */
function plainFrame(framed: Framed): string | undefined {
  const { open, close, members } = framed;
  if (open.length > printWidth || !plainOpen.test(open) || close !== "});" || members.length === 0)
    return undefined;
  const depths: Readonly<Record<string, number>> = { [open]: 0, [close]: 0, "members() {},": 2, "": 0 };
  return frameText(framed)
    .map((line) => `${" ".repeat((depths[line] ?? 1) * indent)}${line}\n`)
    .join("");
}

function layOutFrame(framed: Framed): Promise<string> {
  return format(frameText(framed).join("\n"));
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { decodeUtf8 } from "../../src/vcc/stanzas.js";
import { readVcc } from "../../src/vcc/read-vcc.js";
import type { VccFunction, VccObject, VmodInterface } from "../../src/vcc/vmod-interface.js";
import { fenced, generatedFrom } from "./markdown.js";
import { rstToMarkdown } from "./rst.js";

interface Shipped {
  readonly name: string;
  readonly source: string;
  readonly read: VmodInterface;
  /** False for one that only tests run. */
  readonly runs: boolean;
}

/** docs/vmods.md, the index, and a page for each shipped VMOD, made from its `.vcc`. */
export function vmodPages(): ReadonlyMap<string, string> {
  const shipped = readdirSync("src/vmod")
    .filter((name) => existsSync(`src/vmod/${name}/${name}.vcc`))
    .map(readShipped);
  const pages = new Map([["docs/vmods.md", index(shipped)]]);
  for (const vmod of shipped) pages.set(`docs/vmods/${vmod.name}.md`, page(vmod));
  return pages;
}

function readShipped(name: string): Shipped {
  const source = `src/vmod/${name}/${name}.vcc`;
  const { interface: read } = readVcc({ name: source, text: readFileSync(source, "latin1"), kind: "file" });
  if (!read) throw new Error(`${source} has errors`);
  return { name, source, read, runs: existsSync(`src/vmod/${name}/index.ts`) };
}

/** How many names of a VMOD stand in the index. */
const mostNames = 16;

function index(shipped: readonly Shipped[]): string {
  const rows = shipped.map(({ name, read, runs }) => {
    const all = [...read.objects.keys(), ...read.functions.keys()].map((one) => `\`${one}\``);
    const names = all.length > mostNames ? [...all.slice(0, mostNames), "…"] : all;
    return `| [${name}](vmods/${name}.md) | ${read.description}${runs ? "" : " (in tests)"} | ${names.join(", ")} |`;
  });
  return `# VMODs

${generatedFrom("src/vmod/*/*.vcc")}
What \`import\` finds without \`--vmod-path\`. How to write one: [vmod-guide.md](vmod-guide.md).

| name | what it does | objects and functions |
| --- | --- | --- |
${rows.join("\n")}
`;
}

function page({ name, source, read, runs }: Shipped): string {
  const functions = [...read.functions].filter(([key, { name: own }]) => key === own).map(([, one]) => one);
  const parts = [
    `# ${name}\n`,
    generatedFrom(source),
    `${read.description}.\n`,
    fenced(`import ${name};`, "vcl"),
    ...(runs
      ? []
      : [
          "It is for tests: `vclc test` runs VCL that uses it, the proxy does not ([unit-testing.md](../unit-testing.md)).\n",
        ]),
    ...(read.doc === "" ? [] : [rstToMarkdown(read.doc.replace(/^DESCRIPTION\n=+\n/, ""))]),
    ...(functions.length === 0 ? [] : [`## Functions\n`, ...functions.map((one) => entry(one, one.name))]),
    ...[...read.objects.values()].flatMap((object) => objectParts(name, object)),
    `[All VMODs](../vmods.md)\n`,
  ];
  return parts.join("\n");
}

function objectParts(vmod: string, { name, construct, methods }: VccObject): readonly string[] {
  return [
    `## Object ${name}\n`,
    fenced(`new NAME = ${vmod}.${signature(construct)}`, "vcl"),
    ...(construct.doc === "" ? [] : [rstToMarkdown(construct.doc)]),
    ...methods.map((method) => entry(method, `.${method.name}`)),
  ];
}

function entry(one: VccFunction, name: string): string {
  const limits =
    one.restrict === undefined
      ? []
      : [`Only in: ${one.restrict.map((scope) => `\`${scope}\``).join(", ")}.\n`];
  const waits = one.suspends ? ["The request waits while it works; others do not.\n"] : [];
  const doc = one.doc === "" ? [] : [rstToMarkdown(one.doc)];
  return [`### ${name}\n`, fenced(signature(one)), ...doc, ...limits, ...waits].join("\n");
}

/** A signature as the `.vcc` has it, without its keyword. */
function signature({ span }: VccFunction): string {
  return decodeUtf8(span.file.text.slice(span.start, span.end))
    .replace(/^\$\w+\s*/, "")
    .replace(/\s*\n\s*/g, " ");
}

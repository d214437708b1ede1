import { lexicalCatalog } from "../../src/diagnostics/catalog/lexical.js";
import { lintCatalog } from "../../src/diagnostics/catalog/lint.js";
import { loadCatalog } from "../../src/diagnostics/catalog/load.js";
import { semanticCatalog } from "../../src/diagnostics/catalog/semantic.js";
import { syntaxCatalog } from "../../src/diagnostics/catalog/syntax.js";
import { vccCatalog } from "../../src/diagnostics/catalog/vcc.js";
import { catalog, diagnosticCodes, type DiagnosticCode } from "../../src/diagnostics/catalog.js";
import { preamble, shownExample } from "../../src/diagnostics/explanations/explanation.js";
import { explanations } from "../../src/diagnostics/explanations/explanations.js";
import { code, escapeMarkdown, fenced, generatedFrom } from "./markdown.js";

/** docs/diagnostics.md, the index, and a page for each code. */
export function diagnosticPages(): ReadonlyMap<string, string> {
  const pages = new Map([["docs/diagnostics.md", index()]]);
  for (const one of diagnosticCodes) pages.set(`docs/diagnostics/${one}.md`, page(one));
  return pages;
}

/** The parts of the catalog, and who reports them. */
const parts: readonly (readonly [title: string, about: string, codes: object])[] = [
  [
    "Rules for VCL that compiles",
    "Warnings of `vclc check`, which `vclc.config` can silence or raise.",
    lintCatalog,
  ],
  ["Words and signs", "Errors while the text is read.", lexicalCatalog],
  ["Syntax", "Errors in the form of a program.", syntaxCatalog],
  ["Meaning", "Errors in what a program says.", semanticCatalog],
  ["Loading", "What `vclc warm` and the proxy find when a VCL is loaded and linked.", loadCatalog],
  ["Interfaces of VMODs", "Errors in a `.vcc` file, and in how VCL uses VMODs.", vccCatalog],
];

function index(): string {
  const head = `# Diagnostics

${generatedFrom("src/diagnostics")}
Every code that \`vclc\` reports, with a page each; \`vclc explain CODE\` prints the same. A code stands in brackets behind the message of an error or a warning.
`;
  const sections = parts.map(([title, about, codes]) => {
    const rows = diagnosticCodes
      .filter((one) => Object.hasOwn(codes, one))
      .map(
        (one) =>
          `| [${one}](diagnostics/${one}.md) | ${catalog[one].severity} | ${cell(catalog[one].message)} |`,
      );
    return `## ${title}\n\n${about}\n\n| code | severity | message |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  return [head, ...sections].join("\n");
}

function cell(message: string): string {
  return code(message).replace(/\|/g, "\\|");
}

function page(one: DiagnosticCode): string {
  const { severity, message } = catalog[one];
  const { meaning, failing, fixed, files = {} } = explanations[one];
  const language = one.startsWith("vcc-") && one !== "vcc-wrong-module" ? "vcc" : "vcl";
  const shown = [failing, fixed].map(shownExample);
  const others = Object.entries(files).map(
    ([name, text]) => `\`${name}\` is\n\n${fenced(text, name.split(".").at(-1))}`,
  );
  const isPart = language === "vcl" && shown.some((example) => !/^(?:<EF BB BF>)?vcl /m.test(example));
  return [
    `# ${one}\n`,
    generatedFrom("src/diagnostics"),
    `${code(message)} (${severity})\n`,
    `${escapeMarkdown(meaning)}\n`,
    `## Wrong\n\n${fenced(shown[0] ?? "", language)}`,
    `## Right\n\n${fenced(shown[1] ?? "", language)}`,
    ...others,
    ...(isPart ? [`An example without a version stands after\n\n${fenced(preamble, "vcl")}`] : []),
    `[All diagnostics](../diagnostics.md)\n`,
  ].join("\n");
}

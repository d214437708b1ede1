// The floors of the house and what each may import. One table: lint reads it, ARCHITECTURE.md describes it, a test breaks it on purpose.
import { dirname, relative, resolve, sep } from "node:path";
import { isBuiltin } from "node:module";

const front = ["source", "diagnostics", "language", "lexer", "parser", "vcc"];
const compiler = [...front, "analyze", "codegen", "views", "compile"];

/** Floor (a folder or file of src/) → the floors it may import. */
export const floors = {
  source: [],
  diagnostics: ["source"],
  language: ["source", "diagnostics"],
  lexer: ["source", "diagnostics", "language"],
  parser: ["source", "diagnostics", "language", "lexer"],
  vcc: ["source", "diagnostics", "language", "lexer", "parser"],
  // The translation of regular expressions is the runtime's and portable: the compiler asks it what can be translated.
  analyze: [...front, "runtime"],
  lint: [...front, "analyze", "runtime"],
  format: ["source", "diagnostics", "language", "lexer"],
  codegen: [...front, "analyze", "runtime"],
  views: [...front, "analyze"],
  compile: [...front, "analyze", "codegen", "views", "runtime"],
  prettier: ["source", "format"],
  load: [...compiler, "runtime"],
  index: [...compiler, "load", "lint", "runtime"],
  runtime: [],
  vmod: ["runtime"],
  host: [...compiler, "runtime", "vmod"],
  cli: [...compiler, "load", "lint", "format", "index", "runtime", "vmod", "host"],
};

/** Floors that must run in a browser or an edge worker: no node: module, no global of Node's. */
export const portableFloors = ["runtime", "vmod"];

/** VMODs that are about what only Node has: these may import its modules, and their core does without them. */
export const nodeVmods = ["fs", "tls"];

/** Why `from` (a path under src/) must not import `name`, or undefined when it may. `src` is the absolute path of src/. */
export function refusal(src, from, name) {
  const floor = floorOf(src, from);
  if (floor === undefined) return undefined;
  if (!(floor in floors)) return `src/${floor} is no floor of lint/floors.mjs`;
  if (isBuiltin(name)) {
    return portableFloors.includes(floor) && !isNodeVmod(src, from)
      ? `src/${floor} is portable and must not import ${name}`
      : undefined;
  }
  if (!name.startsWith(".")) return undefined;
  const target = floorOf(src, resolve(dirname(from), name));
  if (target === undefined || target === floor || floors[floor].includes(target)) return undefined;
  return `src/${floor} must not import src/${target}: it may use ${floors[floor].join(", ") || "nothing outside itself"}`;
}

function isNodeVmod(src, path) {
  const [floor, name] = relative(src, path).split(sep);
  return floor === "vmod" && nodeVmods.includes(name);
}

function floorOf(src, path) {
  const inside = relative(src, path);
  return inside.startsWith("..") ? undefined : inside.split(sep)[0].replace(/\.[jt]s$/, "");
}

/** The lint rule `floors/direction`. */
export const floorsPlugin = {
  rules: {
    direction: {
      meta: {
        type: "problem",
        schema: [],
        docs: { description: "a floor imports only from floors below it" },
      },
      create(context) {
        const src = resolve(context.cwd, "src");
        const check = (node) => {
          const source = node.source;
          if (source?.type !== "Literal" || typeof source.value !== "string") return;
          const message = refusal(src, context.filename, source.value);
          if (message !== undefined) context.report({ node: source, message });
        };
        return {
          ImportDeclaration: check,
          ExportAllDeclaration: check,
          ExportNamedDeclaration: check,
          ImportExpression: check,
          TSImportType(node) {
            check({ source: node.source ?? node.argument?.literal });
          },
        };
      },
    },
  },
};

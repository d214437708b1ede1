import { dirname, join, resolve } from "node:path";
import { nearest } from "../analyze/suggest.js";
import { diagnosticCodes, isDiagnosticCode } from "../diagnostics/catalog.js";
import { nodeSourceReader } from "../host/node/source-reader.js";
import { isConfigurable, levels, type Level, type Severities } from "../lint/severities.js";
import { CliError } from "./cli-error.js";

const names = ["vclc.config.json", "vclc.config.yaml", "vclc.config.yml"];

/** Finds the severities that hold for a file: those of the nearest `vclc.config` in its folder or above. Each is read once. */
export function severitiesFinder(): (path: string) => Promise<Severities> {
  const known = new Map<string, Promise<Severities>>();
  const inFolder = (folder: string): Promise<Severities> => {
    let found = known.get(folder);
    if (found === undefined) {
      found = read(folder).then(
        (own) => own ?? (dirname(folder) === folder ? {} : inFolder(dirname(folder))),
      );
      known.set(folder, found);
    }
    return found;
  };
  return (path) => inFolder(dirname(resolve(path)));
}

async function read(folder: string): Promise<Severities | undefined> {
  for (const name of names) {
    const path = join(folder, name);
    const content = nodeSourceReader.read(path);
    if ("text" in content) return severitiesOf(path, await parse(path, content.text));
    if (content.exists) throw new CliError(`cannot read ${path}: ${content.error}`);
  }
  return undefined;
}

/** Bytes of a configuration: many times as many as all rules take. Parsing YAML takes quadratic time. */
const longest = 2 ** 16;

async function parse(path: string, text: string): Promise<unknown> {
  if (text.length > longest) throw new CliError(`cannot read ${path}: File is longer than 64 KB`);
  try {
    if (path.endsWith(".json")) return JSON.parse(text) as unknown;
    return (await import("yaml")).parse(text, { logLevel: "error" }) as unknown;
  } catch (error) {
    const [reason = ""] = (error as Error).message.split("\n");
    throw new CliError(`${path}: ${reason.replace(/:$/, "")}`);
  }
}

function severitiesOf(path: string, config: unknown): Severities {
  const fail = (problem: string): never => {
    throw new CliError(`${path}: ${problem}`);
  };
  const object = (value: unknown, what: string): Readonly<Record<string, unknown>> =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : fail(`${what} must be an object`);
  const severities: Record<string, Level> = {};
  for (const [key, value] of Object.entries(object(config ?? {}, "the configuration"))) {
    if (key !== "rules") fail(`unknown setting ${JSON.stringify(key)}; there is only "rules"`);
    for (const [code, level] of Object.entries(object(value, "rules"))) {
      if (!isConfigurable(code)) fail(refusal(code));
      const known = levels.find((one) => one === level);
      severities[code] = known ?? fail(`rules.${code} must be off, warning or error`);
    }
  }
  return severities;
}

function refusal(code: string): string {
  if (isDiagnosticCode(code)) {
    return `rules.${code}: it is an error of the language and stays one`;
  }
  const alike = nearest(code, diagnosticCodes.filter(isConfigurable));
  return `no warning has the code ${code}${alike === undefined ? "" : ` (did you mean ${alike}?)`}`;
}

import { dirname, join, resolve } from "node:path";
import { nearest } from "../analyze/suggest.js";
import { diagnosticCodes, isDiagnosticCode } from "../diagnostics/catalog.js";
import type { FormatOptions } from "../format/format.js";
import { nodeSourceReader } from "../host/node/source-reader.js";
import { targetNames, type Target } from "../language/targets.js";
import { isConfigurable, levels, type Level, type Severities } from "../lint/severities.js";
import type { SourceReader } from "../source/source-file.js";
import { CliError } from "./cli-error.js";

const names = ["vclc.config.json", "vclc.config.yaml", "vclc.config.yml"];

/** What a `vclc.config` says. */
export interface Config {
  /** How severe warnings are. */
  readonly severities: Severities;
  /** How files are laid out. */
  readonly format: Partial<FormatOptions>;
  /** What the policy is meant for. */
  readonly target?: Target;
}

/** What reads a configuration that lies in a folder. */
type ReaderFor = (folder: string) => SourceReader;

/**
 * Finds the configuration that holds for a file: `given`, where the command line names one, else the nearest `vclc.config` in its folder or above. Each
 * is read once. Nothing is looked for where `isOutside` says so.
 */
export function configFinder(
  given?: string,
  readerFor: ReaderFor = () => nodeSourceReader,
  isOutside: (folder: string) => boolean = () => false,
): (path: string) => Promise<Config> {
  if (given !== undefined) {
    const only = readGiven(given, readerFor);
    return () => only;
  }
  const known = new Map<string, Promise<Config>>();
  const inFolder = async (folder: string): Promise<Config> => {
    if (isOutside(folder)) return { severities: {}, format: {} };
    let found = known.get(folder);
    if (found === undefined) {
      found = read(folder, readerFor).then(
        (own) =>
          own ?? (dirname(folder) === folder ? { severities: {}, format: {} } : inFolder(dirname(folder))),
      );
      known.set(folder, found);
    }
    return found;
  };
  return (path) => inFolder(dirname(resolve(path)));
}

async function readGiven(path: string, readerFor: ReaderFor): Promise<Config> {
  const content = readerFor(dirname(path)).read(path);
  if ("error" in content) throw new CliError(`cannot read ${path}: ${content.error}`);
  return configOf(path, await parse(path, content.text));
}

async function read(folder: string, readerFor: ReaderFor): Promise<Config | undefined> {
  for (const name of names) {
    const path = join(folder, name);
    const content = readerFor(folder).read(path);
    if ("text" in content) return configOf(path, await parse(path, content.text));
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

function configOf(path: string, config: unknown): Config {
  const fail = (problem: string): never => {
    throw new CliError(`${path}: ${problem}`);
  };
  const object = (value: unknown, what: string): Readonly<Record<string, unknown>> =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : fail(`${what} must be an object`);
  const { rules = {}, format = {}, target, ...others } = object(config ?? {}, "the configuration");
  for (const key of Object.keys(others)) {
    fail(`unknown setting ${JSON.stringify(key)}; there are "rules", "format" and "target"`);
  }
  return {
    severities: severitiesOf(object(rules, "rules"), fail),
    format: formatOf(object(format, "format"), fail),
    ...(target !== undefined && { target: targetOf(target, fail) }),
  };
}

type Fail = (problem: string) => never;

function targetOf(target: unknown, fail: Fail): Target {
  return (
    targetNames.find((name) => name === target) ?? fail(`target must be one of ${targetNames.join(", ")}`)
  );
}

function severitiesOf(rules: Readonly<Record<string, unknown>>, fail: Fail): Severities {
  const levelOf = (code: string): Level =>
    levels.find((one) => one === rules[code]) ?? fail(`rules.${code} must be off, warning or error`);
  const severities: Record<string, Level> = {};
  if ("*" in rules) {
    const level = levelOf("*");
    for (const code of diagnosticCodes.filter(isConfigurable)) severities[code] = level;
  }
  for (const code of Object.keys(rules)) {
    if (code === "*") continue;
    if (!isConfigurable(code)) fail(refusal(code));
    severities[code] = levelOf(code);
  }
  return severities;
}

function formatOf(format: Readonly<Record<string, unknown>>, fail: Fail): Partial<FormatOptions> {
  const options: { indent?: number; width?: number } = {};
  for (const [key, value] of Object.entries(format)) {
    if (key !== "indent" && key !== "width") {
      return fail(`unknown setting ${JSON.stringify(key)} in format; there are "indent" and "width"`);
    }
    const problem = formatProblem(key, value);
    if (problem !== undefined) fail(`format.${key} ${problem}`);
    options[key] = value as number;
  }
  return options;
}

/** What is wrong with a value of an option of the layout; undefined when nothing is. */
export function formatProblem(option: keyof FormatOptions, value: unknown): string | undefined {
  const [least, most] = option === "indent" ? [0, 16] : [20, 1000];
  const isRight = Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
  return isRight ? undefined : `must be a whole number from ${least} to ${most}`;
}

function refusal(code: string): string {
  if (isDiagnosticCode(code)) {
    return `rules.${code}: it is an error of the language and stays one`;
  }
  const alike = nearest(code, diagnosticCodes.filter(isConfigurable));
  return `no warning has the code ${code}${alike === undefined ? "" : ` (did you mean ${alike}?)`}`;
}

import { workFolder } from "../../host/node/vsm/shared-memory.js";
import { parseQuery, type Query } from "../../runtime/vsl/query/parse-query.js";
import { QueryError } from "../../runtime/vsl/query/tokens.js";
import { RecordSelection } from "../../runtime/vsl/record-selection.js";
import type { Grouping } from "../../runtime/vsl/transaction-groups.js";
import { CliError } from "../cli-error.js";

/** What the options of `vclc log` are parsed to; `selections` are `-i`, `-I`, `-x` and `-X` in the order that they were given. */
export interface LogFlags {
  readonly workDir?: string;
  readonly read?: string;
  readonly group?: string;
  readonly query?: readonly string[];
  readonly backend?: boolean;
  readonly client?: boolean;
  readonly esi?: boolean;
  readonly caseless?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly history?: boolean;
  readonly count?: string;
  readonly limit?: string;
  readonly timeout?: string;
  readonly wait?: string;
  readonly selections?: readonly { readonly option: "I" | "X" | "i" | "x"; readonly text: string }[];
}

/** What is asked of a log. */
export interface LogRequest {
  readonly folder: string;
  readonly file: string | undefined;
  readonly grouping: Grouping;
  readonly query: Query | undefined;
  readonly selection: RecordSelection;
  readonly client: boolean;
  readonly backend: boolean;
  readonly includes: boolean;
  readonly verbose: boolean;
  readonly json: boolean;
  readonly history: boolean;
  /** Groups after which it is enough. */
  readonly count: number;
  readonly most: number;
  /** Seconds that transactions are waited for, and the log itself. */
  readonly patience: number;
  readonly wait: number;
}

/** The directory that Varnish's tools read without `-n`. */
const defaultFolder = "varnishd";
const groupings: readonly string[] = ["raw", "vxid", "request", "session"] satisfies readonly Grouping[];

/** Reads the options; throws a CliError that says which is wrong and why. */
export function readLogFlags(flags: LogFlags): LogRequest {
  const grouping = groupingOf(flags.group ?? "vxid");
  return {
    folder: workFolder(flags.workDir ?? defaultFolder),
    file: flags.read,
    grouping,
    query: flags.query && readQuery("-q", flags.query.join("\n"), flags.caseless === true),
    selection: selectionOf(flags),
    client: flags.client === true || flags.esi === true,
    backend: flags.backend === true,
    includes: flags.esi === true,
    verbose: flags.verbose === true,
    json: flags.json === true,
    history: flags.history === true,
    count: flags.count === undefined ? Infinity : number("-k", flags.count, 1),
    most: number("-L", flags.limit ?? "1000", 1),
    patience: number("-T", flags.timeout ?? "120", 0),
    wait: flags.wait === "off" ? Infinity : number("-t", flags.wait ?? "5", 0),
  };
}

/** A query of an option. */
export function readQuery(option: string, text: string, caseless: boolean): Query {
  try {
    return parseQuery(text, { caseless });
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new CliError(`${option} "${text}": at character ${error.position + 1}: ${error.message}`);
  }
}

function groupingOf(text: string): Grouping {
  const found = groupings.filter((name) => text !== "" && name.startsWith(text.toLowerCase()));
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new CliError(`-g takes raw, vxid, request or session, not "${text}"`);
  }
  return only as Grouping;
}

function selectionOf({ selections = [], caseless = false }: LogFlags): RecordSelection {
  const selection = new RecordSelection();
  for (const { option, text } of selections) {
    const wrong =
      option === "i" || option === "x"
        ? selection.tags(option, text)
        : selection.pattern(option, text, caseless);
    if (wrong !== undefined) throw new CliError(`-${option} "${text}": ${wrong}`);
  }
  return selection;
}

function number(option: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= least)) {
    throw new CliError(`${option} takes a number from ${least}, not "${text}"`);
  }
  return value;
}

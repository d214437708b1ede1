import { createReadStream, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { systemReason } from "../../host/node/system-reason.js";
import { CliError } from "../cli-error.js";
import type { ReplayFlags } from "../commands/replay.js";
import { paintFor } from "../test/paint.js";
import { compilePolicy, type Policies } from "../test/policy.js";
import { PolicyFailure } from "../test/policy-failure.js";
import { useColor } from "../use-color.js";
import { comparePolicies } from "./compare-policies.js";
import { readAccessLog } from "./read-access-log.js";
import { readHar } from "./read-har.js";
import { readVarnishlog } from "./read-varnishlog.js";
import { LogFailure, type Recording } from "./recording.js";
import { replayJson, replayText } from "./report-replay.js";

/** Replays a log through two policies and prints what differs. Answers with the exit code. */
export async function runReplay(before: string, after: string, flags: ReplayFlags): Promise<0 | 1> {
  const path = logOf(flags);
  const colored = useColor(process.stdout, flags.color);
  try {
    const [old, now] = [policiesOf(before, 0, flags, colored), policiesOf(after, 1, flags, colored)];
    const recording = wanted(await readLog(path, flags), flags.filter);
    if (recording.requests.length === 0) throw new CliError(nothingToReplay(path, recording));
    const comparison = await comparePolicies(path, recording, old, now);
    const { format, limit } = flags;
    process.stdout.write(
      format === "json" ? replayJson(comparison) : replayText(comparison, limit, paintFor(colored)),
    );
    return flags.exitCode === true && comparison.differences.length > 0 ? 1 : 0;
  } catch (error) {
    if (error instanceof LogFailure)
      throw new CliError(`${error.line === undefined ? path : `${path}:${error.line}`}: ${error.message}`);
    if (!(error instanceof PolicyFailure)) throw error;
    process.stderr.write(error.report === "" ? `vclc: ${error.message}\n` : error.report);
    return 1;
  }
}

/** The one log that is given. */
function logOf({ varnishlog, accessLog, har }: ReplayFlags): string {
  const given = [varnishlog, accessLog, har].filter((path) => path !== undefined);
  const [path] = given;
  if (path === undefined || given.length > 1)
    throw new CliError("give one log to replay: --varnishlog FILE, --access-log FILE or --har FILE");
  return path;
}

async function readLog(path: string, { varnishlog, accessLog, host }: ReplayFlags): Promise<Recording> {
  const read =
    varnishlog !== undefined
      ? readVarnishlog
      : accessLog !== undefined
        ? (lines: AsyncIterable<string>) => readAccessLog(lines, host)
        : undefined;
  try {
    if (!read) return readHar(readFileSync(path === "-" ? 0 : path, "utf8"));
    const input = path === "-" ? process.stdin : createReadStream(path);
    input.setEncoding("latin1");
    return await read(linesOf(input));
  } catch (error) {
    if (error instanceof LogFailure || !(error instanceof Error && "code" in error)) throw error;
    throw new CliError(`cannot read ${path}: ${systemReason(error)}`);
  }
}

/** Line by line; a stream that fails while it is read rejects here. */
async function* linesOf(input: NodeJS.ReadableStream): AsyncIterable<string> {
  let failure: Error | undefined;
  const lines = createInterface({ input, crlfDelay: Infinity });
  input.on("error", (error: Error) => {
    failure = error;
    lines.close();
  });
  yield* lines;
  if (failure) throw failure;
}

/** Only the requests that are wanted, by Host and URL. */
function wanted(recording: Recording, pattern: string | undefined): Recording {
  if (pattern === undefined) return recording;
  let filter: RegExp;
  try {
    filter = new RegExp(pattern);
  } catch (error) {
    throw new CliError(`--filter: ${error instanceof Error ? error.message : String(error)}`);
  }
  const requests = recording.requests.filter(({ url, headers }) => {
    const host = headers.find(([name]) => name.toLowerCase() === "host")?.[1] ?? "";
    return filter.test(`${host}${url}`);
  });
  return { ...recording, requests };
}

function nothingToReplay(path: string, { leftOut: [first] }: Recording): string {
  return first
    ? `no request to replay in ${path}: ${first.why} (line ${first.line})`
    : `no request to replay in ${path}`;
}

/** `--label NAME=FILE`, or `NAME=OLD,NEW` where they are not the same. */
function policiesOf(main: string, side: 0 | 1, flags: ReplayFlags, colored: boolean): Policies {
  const labels = (flags.label ?? []).map((text) => {
    const [, name, files] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    const [old, now] = files?.split(",") ?? [];
    if (name === undefined || old === undefined)
      throw new CliError(`--label ${text}: give NAME=FILE, or NAME=OLD,NEW`);
    return [name, side === 0 ? old : (now ?? old)] as const;
  });
  const compile = (path: string) => compilePolicy(path, flags, colored);
  return { main: compile(main), labels: labels.map(([name, path]) => [name, compile(path)] as const) };
}

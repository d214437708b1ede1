import { hasFeature } from "../../runtime/parameters.js";
import { VclFailure } from "../../runtime/values/failure.js";
import type { Task } from "../../runtime/index.js";
import {
  parseBytes,
  parseDuration,
  parseInteger,
  parseReal,
  parseTime,
  type Parsed,
} from "../../runtime/values/numbers.js";
import type { BytesArgs, DurationArgs, IntegerArgs, RealArgs, TimeArgs } from "./std.vcc.js";

/** Largest INT that VCL prints and reads. */
const largestInteger = 999_999_999_999_999;

/** A conversion that may come to nothing. */
type Converted = number | Parsed | undefined;
type Converters<Args> = {
  readonly [Name in keyof Omit<Args, "fallback">]-?: (value: NonNullable<Args[Name]>) => Converted;
};

/**
 * The frame of the five converters: exactly one source must be given (an unset header counts as given), a source that does not convert
 * yields the fallback, or fails the VCL when there is none.
 */
function convert<Args extends { readonly fallback?: number | undefined }>(
  name: string,
  args: Args,
  converters: Converters<Args>,
): number {
  const given = (Object.keys(converters) as (keyof typeof converters)[]).filter((key) => key in args);
  const [source] = given;
  if (source === undefined) throw new VclFailure(`std.${name}: not enough arguments`);
  if (given.length > 1) throw new VclFailure(`std.${name}: too many arguments`);
  const value = args[source];
  const converted = value === undefined ? undefined : converters[source](value as never);
  if (typeof converted === "number") return converted;
  if (converted && "value" in converted) return converted.value;
  if (args.fallback !== undefined) return args.fallback;
  const why = converted && explained.has(name) ? `: ${converted.error}` : "";
  throw new VclFailure(`std.${name}: conversion failed${why}`);
}

/** Converters whose failure says what is wrong with the text, as Varnish's do. */
const explained: ReadonlySet<string> = new Set(["integer", "real"]);

const same = (value: number): number => value;

/** INT knows no -0, which is what `-req.restarts` is here for zero. */
const plainZero = (value: number): number => value + 0;

export function integer(_task: Task, args: IntegerArgs): number {
  return convert("integer", args, {
    s: parseInteger,
    bool: Number,
    bytes: same,
    duration: cutOff,
    real: cutOff,
    time: cutOff,
  });
}

function cutOff(value: number): number | undefined {
  // `+ 0` makes a plain zero of -0.
  return Math.abs(value) <= largestInteger ? Math.trunc(value) + 0 : undefined;
}

export function real(_task: Task, args: RealArgs): number {
  return convert("real", args, {
    s: parseReal,
    integer: plainZero,
    bool: Number,
    bytes: same,
    duration: same,
    time: same,
  });
}

export function duration(_task: Task, args: DurationArgs): number {
  return convert("duration", args, { s: parseDuration, real: same, integer: plainZero });
}

export function bytes(_task: Task, args: BytesArgs): number {
  return convert("bytes", args, { s: parseBytes, real: toBytes, integer: toBytes });
}

function toBytes(value: number): number | undefined {
  return value >= 0 && value <= Number.MAX_SAFE_INTEGER ? Math.trunc(value) : undefined;
}

export function time(task: Task, args: TimeArgs): number {
  const relaxed = hasFeature(task.param, "http_date_postel");
  return convert("time", args, { s: (text) => parseTime(text, relaxed), real: same, integer: plainZero });
}

import { defaultParameters, type Parameters } from "../parameters.js";
import { maskedByDefault } from "../vsl/tags.js";
import { maskedTags, maskOf, maskText } from "../vsl/mask.js";
import { otherParameterTable } from "./other-parameter-table.js";
import { parameterTable, type ParameterFact } from "./parameter-table.js";
import { readValue } from "./parameter-values.js";

/** The value of a parameter: text where it is none of the kinds that are numbers. */
export type ParameterValue = number | string;

const noMeaning = "Taken as Varnish takes it; there is nothing here that it changes.";

/** Parameters of 7.1 that are bits of another since. */
function ofFeature(bit: string): string {
  return `As ${bit} of vcc_feature; where either is off, it is off.`;
}

/** What those say that mean something all the same. */
const meanings: Readonly<Record<string, string>> = {
  debug: "vtc_mode numbers transactions from 1000, as tests expect it; the other bits change nothing.",
  vcc_err_unref: ofFeature("err_unref"),
  vcc_feature: "err_unref: what a VCL declares and never names is an error; the other bits change nothing.",
  vcc_allow_inline_c: ofFeature("allow_inline_c"),
  vcc_unsafe_path: ofFeature("unsafe_path"),
  vcl_path: "Folders where VCL files and includes are looked for.",
  vmod_path:
    "Folders where VMODs are looked for, before those that are shipped; empty: those of --vmod-path.",
  vsl_mask:
    "Tags of log records that are not written, each with - in front; + has them written, VCL_trace of the VCLs that are loaded from then on.",
  vsl_reclen: "Bytes of the longest log record.",
  vsl_space: "Bytes of the log in shared memory.",
};

const otherFacts: ReadonlyMap<string, ParameterFact> = new Map(
  otherParameterTable.map(([name, kind, , { min = 0, max, unit, bits } = {}]) => [
    name,
    {
      kind,
      minimum: min,
      help: meanings[name] ?? noMeaning,
      ...(max !== undefined && { maximum: max }),
      ...unitOf(kind, unit),
      ...(bits && { bits }),
    },
  ]),
);

function unitOf(kind: ParameterFact["kind"], unit: string | undefined): { readonly unit?: string } {
  if (unit !== undefined) return { unit };
  if (kind === "switch") return { unit: "bool" };
  return kind === "seconds" || kind === "bytes" ? { unit: kind } : {};
}

const otherDefaults: ReadonlyMap<string, ParameterValue> = new Map(
  otherParameterTable.map(([name, kind, value]) => [
    name,
    kind === "tags" ? maskText(maskedByDefault) : value,
  ]),
);

/** Every parameter of Varnish by name: those that the runtime goes by, and those that only whoever started it knows to use, if anybody. */
export class ParameterStore {
  /** Called with the name of each that has changed. */
  changed: (name: string) => void = () => undefined;
  /** Those that the runtime goes by. */
  readonly params: Parameters;
  readonly #others = new Map(otherDefaults);
  readonly #protected = new Set<string>();

  constructor(params: Parameters) {
    this.params = params;
  }

  get names(): readonly string[] {
    return [...Object.keys(parameterTable), ...this.#others.keys()].sort();
  }

  fact(name: string): ParameterFact | undefined {
    return isOwn(name) ? parameterTable[name] : otherFacts.get(name);
  }

  /** Whether nothing goes by it. */
  isIdle(name: string): boolean {
    return this.fact(name)?.help === noMeaning;
  }

  /** From now on no command sets it (`-r`). */
  protect(name: string): void {
    this.#protected.add(name);
  }

  isProtected(name: string): boolean {
    return this.#protected.has(name);
  }

  default(name: string): ParameterValue {
    return isOwn(name) ? defaultParameters[name] : (otherDefaults.get(name) ?? "");
  }

  get(name: string): ParameterValue {
    return isOwn(name) ? this.params[name] : (this.#others.get(name) ?? "");
  }

  set(name: string, value: ParameterValue): void {
    const traced = this.hasBit("feature", "trace");
    if (isOwn(name)) {
      this.params[name] = value as number;
    } else this.#others.set(name, value);
    this.changed(name);
    // Where there is this feature (trunk), it alone decides about VCL_trace until the mask is set.
    if (name === "feature" && !traced && this.hasBit(name, "trace")) this.#unmask("VCL_trace");
  }

  #unmask(tag: string): void {
    this.set("vsl_mask", maskText([...this.maskedTags].filter((masked) => masked !== tag)));
  }

  /** The value that a text gives a parameter, or what is wrong with it, in varnishd's words. */
  read(name: string, text: string): { readonly value: ParameterValue } | { readonly wrong: string } {
    const fact = this.fact(name) as ParameterFact;
    if (text === "default") return this.#readDefault(name, fact);
    if (fact.kind === "text") return { value: text };
    if (fact.kind === "pool") return readPool(text);
    if (fact.kind === "tags") return maskOf(text, String(this.get(name)));
    return this.#within(name, fact, text);
  }

  /** The default of a pair of limits can be out of reach. */
  #readDefault(
    name: string,
    fact: ParameterFact,
  ): { readonly value: ParameterValue } | { readonly wrong: string } {
    const value = this.default(name);
    return name in limitedBy ? this.#within(name, fact, String(value)) : { value };
  }

  #within(
    name: string,
    fact: ParameterFact,
    text: string,
  ): { readonly value: ParameterValue } | { readonly wrong: string } {
    const { minimum, maximum } = limitedBy[name]?.((other) => Number(this.get(other))) ?? {};
    const limited = {
      ...fact,
      ...(minimum && { minimum: minimum.value }),
      ...(maximum && { maximum: maximum.value }),
    };
    const value = readValue(limited, text, this.get(name) as number);
    if (typeof value !== "string") return { value };
    const why = value.startsWith("Must be no more")
      ? maximum?.why
      : value.startsWith("Must be at least")
        ? minimum?.why
        : undefined;
    return { wrong: why === undefined ? value : value.replace("\n", ` (${why})\n`) };
  }

  /** The tags of log records that are not written. */
  get maskedTags(): ReadonlySet<string> {
    return maskedTags(String(this.get("vsl_mask")));
  }

  /** Whether the VCLs that are loaded from now on tell of their steps. */
  get traces(): boolean {
    return this.hasBit("feature", "trace") || !this.maskedTags.has("VCL_trace");
  }

  /** Whether a bit of a parameter is set. */
  hasBit(name: string, bit: string): boolean {
    const place = this.fact(name)?.bits?.indexOf(bit) ?? -1;
    return place >= 0 && (Number(this.get(name)) & (1 << place)) !== 0;
  }
}

interface Limit {
  readonly value: number;
  /** What it comes from. */
  readonly why: string;
}

/** Parameters whose limits are those of others; threads kept for what others wait for are 95 % of those that there are, at most. */
const limitedBy: Readonly<
  Record<string, (get: (name: string) => number) => { readonly minimum?: Limit; readonly maximum?: Limit }>
> = {
  thread_pool_min: (get) => ({ maximum: { value: get("thread_pool_max"), why: "thread_pool_max" } }),
  thread_pool_max: (get) => ({ minimum: { value: get("thread_pool_min"), why: "thread_pool_min" } }),
  thread_pool_reserve: (get) => ({
    maximum: { value: Math.floor((get("thread_pool_min") * 95) / 100), why: "95% of thread_pool_min" },
  }),
};

function isOwn(name: string): name is keyof Parameters {
  return Object.hasOwn(parameterTable, name);
}

function readPool(text: string): { readonly value: string } | { readonly wrong: string } {
  return /^\d+,\d+,\d+(\.\d+)?$/.test(text)
    ? { value: text }
    : { wrong: "Three fields required: min_pool, max_pool and max_age\n" };
}

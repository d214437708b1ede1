import type { RawHeader } from "../backend/transport.js";
import { VclFailure } from "../values/failure.js";
import type { HeaderList } from "./header-list.js";
import { isHeaderName, isHeaderValue, lowerName } from "./header-names.js";
import type { MessageLog } from "./message-log.js";
import type { Workspace } from "./workspace.js";

/** The first line of a message takes five of the `http_max_hdr` places. */
const firstLinePlaces = 5;

/** Fields as lines, `Name: value`, beside their names in lower case: as they come off the wire. */
export interface FieldLines {
  readonly lines: readonly string[];
  readonly lowers: readonly string[];
}

/**
 * The header fields of a message. Fields stand as the lines that go over the wire, and their lower-case names beside them, in two parallel
 * arrays: messages have few fields, a scan over a small array costs less than hashing and allocates nothing, and a hit puts the lines of its
 * object on the wire as they are.
 */
export class HttpHeaders implements HeaderList {
  /** Taken from by everything VCL adds; undefined: no limit. */
  workspace: Workspace | undefined;
  /** Told of every change, where somebody reads the log. */
  log: MessageLog | undefined;
  /**
   * Names, in lower case, of fields that are for this hop only: what Connection listed as the message came. One that VCL sets later is none of
   * them.
   */
  hop: Set<string> | undefined;
  /** Set for headers that other tasks see too (`obj.http`). */
  readOnly = false;
  private readonly maxFields: number;
  private fields: string[];
  private lowers: string[];

  /** `maxHdr` is the parameter `http_max_hdr`. */
  constructor(fields: readonly RawHeader[] = [], workspace?: Workspace, maxHdr = Number.POSITIVE_INFINITY) {
    this.workspace = workspace;
    this.maxFields = maxHdr - firstLinePlaces;
    this.fields = fields.map(([name, value]) => `${name}: ${value}`);
    this.lowers = fields.map(([name]) => lowerName(name));
  }

  /** Fields that were read off the wire; the arrays are copied. */
  static from(
    { lines, lowers }: FieldLines,
    workspace?: Workspace,
    maxHdr = Number.POSITIVE_INFINITY,
  ): HttpHeaders {
    const headers = new HttpHeaders([], workspace, maxHdr);
    headers.fields = lines.slice();
    headers.lowers = lowers.slice();
    return headers;
  }

  /** The names in lower case, beside {@link lines}. Do not change the array. */
  get names(): readonly string[] {
    return this.lowers;
  }

  /** Nobody changes it from here on: it takes no more memory than it needs, as there are many of its kind. */
  freeze(): void {
    this.workspace = undefined;
    this.readOnly = true;
    this.hop = undefined;
    this.fields = this.fields.slice();
    this.lowers = this.lowers.slice();
  }

  /** Number of fields. */
  get size(): number {
    return this.fields.length;
  }

  get(name: string): string | undefined {
    const index = this.lowers.indexOf(name);
    return index < 0 ? undefined : this.valueAt(index);
  }

  private valueAt(index: number): string {
    const line = this.fields[index] as string;
    let start = (this.lowers[index] as string).length + 1;
    while (isBlank(line.charCodeAt(start))) start++;
    return line.slice(start);
  }

  private nameAt(index: number): string {
    return (this.fields[index] as string).slice(0, (this.lowers[index] as string).length);
  }

  has(name: string): boolean {
    return this.lowers.includes(name);
  }

  /** Every value of that name (lower case), in order. */
  all(name: string): string[] {
    const values: string[] = [];
    for (let i = 0; i < this.lowers.length; i++) {
      if (this.lowers[i] === name) values.push(this.valueAt(i));
    }
    return values;
  }

  set(name: string, value: string | undefined): void {
    const text = value === undefined ? "" : withoutLeadingBlanks(value);
    if (!isHeaderValue(text)) throw new VclFailure(`Bad header ${name}: ${text}`);
    // The colon, a blank and the terminating NUL count too.
    if (this.workspace && !this.workspace.take(name.length + text.length + 3)) {
      this.workspace.lose(`${name}:`);
      return;
    }
    const lower = lowerName(name);
    this.unset(lower);
    this.push(name, lower, text);
  }

  append(name: string, value: string | undefined): void {
    this.set(name, (this.get(lowerName(name)) ?? "") + (value ?? ""));
  }

  /** Adds a field after those there are, whatever their names. */
  add(name: string, value: string): void {
    this.failWhereReadOnly();
    if (this.workspace && !this.workspace.take(name.length + value.length + 3)) {
      this.workspace.lose(`${name}:`);
      return;
    }
    this.push(name, lowerName(name), value);
  }

  private push(name: string, lower: string, value: string): void {
    if (this.fields.length >= this.maxFields) {
      this.workspace?.crowdOut(`${name}: ${value}`);
      return;
    }
    const line = `${name}: ${value}`;
    this.hop?.delete(lower);
    this.fields.push(line);
    this.lowers.push(lower);
    this.log?.field(line);
  }

  unset(name: string): void {
    let kept = this.lowers.indexOf(name);
    if (kept < 0) return;
    const { fields, lowers, log } = this;
    if (log) this.logGone((lower) => lower === name);
    for (let i = kept + 1; i < fields.length; i++) {
      const lower = lowers[i] as string;
      if (lower === name) continue;
      fields[kept] = fields[i] as string;
      lowers[kept] = lower;
      kept++;
    }
    fields.length = kept;
    lowers.length = kept;
  }

  /** Joins all fields of that name (lower case) into the first one (std.collect). Nothing happens when there are fewer than two. */
  collect(name: string, separator = ", "): void {
    this.failWhereReadOnly();
    const values = this.all(name);
    if (values.length < 2) return;
    const index = this.lowers.indexOf(name);
    const wireName = this.nameAt(index);
    const text = values.join(separator === "" ? ", " : separator);
    if (this.workspace && !this.workspace.take(wireName.length + text.length + 3)) {
      this.workspace.lose(`${wireName}:`);
      return;
    }
    this.fields[index] = `${wireName}: ${text}`;
    this.removeWhere((lower, at) => lower === name && at > index);
  }

  unsetValues(name: string, condition: (value: string) => boolean): void {
    this.failWhereReadOnly();
    if (!this.lowers.includes(name)) return;
    this.removeWhere((lower, index) => lower === name && condition(this.valueAt(index)));
  }

  rewrite(change: (line: string) => string): void {
    this.failWhereReadOnly();
    for (let i = 0; i < this.fields.length; i++) {
      const line = this.fields[i] as string;
      const changed = change(line);
      if (changed === line) continue;
      const lower = nameOf(changed);
      if (lower === undefined) throw new VclFailure(`Bad header ${changed}`);
      if (this.workspace && !this.workspace.take(changed.length + 1)) {
        this.workspace.lose(`${this.nameAt(i)}:`);
        continue;
      }
      this.log?.gone(line);
      this.fields[i] = changed;
      this.lowers[i] = lower;
      this.log?.field(changed);
    }
  }

  private failWhereReadOnly(): void {
    if (this.readOnly) throw new VclFailure("header argument cannot be used here");
  }

  /** Removes the fields that a condition holds for. */
  removeWhere(condition: (lower: string, index: number) => boolean): void {
    const drop = this.lowers.map(condition);
    if (!drop.includes(true)) return;
    if (this.log) this.logGone((_, index) => drop[index] === true);
    this.fields = this.fields.filter((_, index) => !drop[index]);
    this.lowers = this.lowers.filter((_, index) => !drop[index]);
  }

  private logGone(condition: (lower: string, index: number) => boolean): void {
    this.fields.forEach((line, index) => {
      if (condition(this.lowers[index] as string, index)) this.log?.gone(line);
    });
  }

  /** Whether VCL can have touched the fields since `other` was copied from them: both hold the same fields. */
  equals(other: HttpHeaders): boolean {
    if (this.fields.length !== other.fields.length) return false;
    return this.fields.every((line, index) => line === other.fields[index]);
  }

  /** A copy that changes on its own; fields that are there do not count against its workspace. */
  clone(workspace: Workspace | undefined = this.workspace): HttpHeaders {
    const copy = new HttpHeaders([], workspace, this.maxFields + firstLinePlaces);
    copy.replaceWith(this);
    return copy;
  }

  /** Takes over the fields of another list (rollback). */
  replaceWith(other: HttpHeaders): void {
    this.fields = other.fields.slice();
    this.lowers = other.lowers.slice();
    this.hop = other.hop && new Set(other.hop);
  }

  /** The lines as they go on the wire, without line ends. Do not change the array: it is the list's own. */
  get lines(): readonly string[] {
    return this.fields;
  }

  /** The lines and their names in lower case. Do not change the arrays: they are the list's own. */
  get fieldLines(): FieldLines {
    return { lines: this.fields, lowers: this.lowers };
  }

  /** Names and values. */
  toRaw(): readonly RawHeader[] {
    return this.fields.map((_, index) => [this.nameAt(index), this.valueAt(index)]);
  }

  /** Bytes of all fields as they would stand on the wire. */
  get byteLength(): number {
    let sum = 0;
    for (const line of this.fields) sum += line.length + 2;
    return sum;
  }

  [Symbol.iterator](): IterableIterator<RawHeader> {
    return this.toRaw()[Symbol.iterator]();
  }
}

/** The name in lower case of a line that may be a field; undefined where it is none. */
function nameOf(line: string): string | undefined {
  const colon = line.indexOf(":");
  const name = line.slice(0, Math.max(0, colon));
  return isHeaderName(name) && isHeaderValue(line.slice(colon + 1)) ? lowerName(name) : undefined;
}

/** A field value begins at its first byte that is no blank. */
function withoutLeadingBlanks(value: string): string {
  return isBlank(value.charCodeAt(0)) ? value.replace(/^[ \t]+/, "") : value;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

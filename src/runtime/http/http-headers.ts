import type { RawHeader } from "../backend/transport.js";
import { VclFailure } from "../values/failure.js";
import type { HeaderList } from "./header-list.js";
import { isHeaderName, isHeaderValue, lowerName } from "./header-names.js";
import type { Workspace } from "./workspace.js";

/** The first line of a message takes five of the `http_max_hdr` places. */
const firstLinePlaces = 5;

/**
 * The header fields of a message. Fields and their lower-case names stand in two parallel arrays: messages have few fields, and a scan
 * over a small array costs less than hashing and allocates nothing.
 */
export class HttpHeaders implements HeaderList {
  /** Taken from by everything VCL adds; undefined: no limit. */
  workspace: Workspace | undefined;
  /** Set for headers that other tasks see too (`obj.http`). */
  readOnly = false;
  private readonly maxFields: number;
  private fields: RawHeader[];
  private lowers: string[];

  /** `maxHdr` is the parameter `http_max_hdr`. */
  constructor(fields: readonly RawHeader[] = [], workspace?: Workspace, maxHdr = Number.POSITIVE_INFINITY) {
    const count = fields.length;
    this.workspace = workspace;
    this.maxFields = maxHdr - firstLinePlaces;
    this.fields = fields.slice();
    this.lowers = new Array<string>(count);
    for (let i = 0; i < count; i++) this.lowers[i] = lowerName((fields[i] as RawHeader)[0]);
  }

  /** Number of fields. */
  get size(): number {
    return this.fields.length;
  }

  get(name: string): string | undefined {
    const index = this.lowers.indexOf(name);
    return index < 0 ? undefined : (this.fields[index] as RawHeader)[1];
  }

  has(name: string): boolean {
    return this.lowers.includes(name);
  }

  /** Every value of that name (lower case), in order. */
  all(name: string): string[] {
    const values: string[] = [];
    for (let i = 0; i < this.lowers.length; i++) {
      if (this.lowers[i] === name) values.push((this.fields[i] as RawHeader)[1]);
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
      this.workspace?.lose(`${name}: ${value}`);
      return;
    }
    this.fields.push([name, value]);
    this.lowers.push(lower);
  }

  unset(name: string): void {
    let kept = this.lowers.indexOf(name);
    if (kept < 0) return;
    const { fields, lowers } = this;
    for (let i = kept + 1; i < fields.length; i++) {
      const lower = lowers[i] as string;
      if (lower === name) continue;
      fields[kept] = fields[i] as RawHeader;
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
    const [wireName] = this.fields[index] as RawHeader;
    const text = values.join(separator === "" ? ", " : separator);
    if (this.workspace && !this.workspace.take(wireName.length + text.length + 3)) {
      this.workspace.lose(`${wireName}:`);
      return;
    }
    this.fields[index] = [wireName, text];
    this.removeWhere((lower, at) => lower === name && at > index);
  }

  unsetValues(name: string, condition: (value: string) => boolean): void {
    this.failWhereReadOnly();
    if (!this.lowers.includes(name)) return;
    this.removeWhere((lower, index) => lower === name && condition((this.fields[index] as RawHeader)[1]));
  }

  rewrite(change: (line: string) => string): void {
    this.failWhereReadOnly();
    for (let i = 0; i < this.fields.length; i++) {
      const [name, value] = this.fields[i] as RawHeader;
      const line = `${name}: ${value}`;
      const changed = change(line);
      if (changed === line) continue;
      const field = parseLine(changed);
      if (!field) throw new VclFailure(`Bad header ${changed}`);
      if (this.workspace && !this.workspace.take(changed.length + 1)) {
        this.workspace.lose(`${name}:`);
        continue;
      }
      this.fields[i] = field;
      this.lowers[i] = lowerName(field[0]);
    }
  }

  private failWhereReadOnly(): void {
    if (this.readOnly) throw new VclFailure("header argument cannot be used here");
  }

  /** Removes the fields that a condition holds for. */
  removeWhere(condition: (lower: string, index: number) => boolean): void {
    const drop = this.lowers.map(condition);
    if (!drop.includes(true)) return;
    this.fields = this.fields.filter((_, index) => !drop[index]);
    this.lowers = this.lowers.filter((_, index) => !drop[index]);
  }

  /** Whether VCL can have touched the fields since `other` was copied from them: both hold the same fields. */
  equals(other: HttpHeaders): boolean {
    if (this.fields.length !== other.fields.length) return false;
    return this.fields.every(([name, value], index) => {
      const [otherName, otherValue] = other.fields[index] as RawHeader;
      return name === otherName && value === otherValue;
    });
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
  }

  /** The fields as they go on the wire. Do not change the array; it may be the list's own. */
  toRaw(): readonly RawHeader[] {
    return this.fields;
  }

  /** Bytes of all fields as they would stand on the wire. */
  get byteLength(): number {
    let sum = 0;
    for (const [name, value] of this.fields) sum += name.length + value.length + 4;
    return sum;
  }

  [Symbol.iterator](): IterableIterator<RawHeader> {
    return this.fields[Symbol.iterator]();
  }
}

/** `Name: value` as a field; undefined where it is none. */
function parseLine(line: string): RawHeader | undefined {
  const colon = line.indexOf(":");
  const name = line.slice(0, Math.max(0, colon));
  const value = withoutLeadingBlanks(line.slice(colon + 1));
  return isHeaderName(name) && isHeaderValue(value) ? [name, value] : undefined;
}

/** A field value begins at its first byte that is no blank. */
function withoutLeadingBlanks(value: string): string {
  const first = value.charCodeAt(0);
  return first === 0x20 || first === 0x09 ? value.replace(/^[ \t]+/, "") : value;
}

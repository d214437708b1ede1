import { crc32 } from "node:zlib";
import type {
  ObjectRecord,
  Occupant,
  PersistentStorage,
  SharedBan,
  StorageCounts,
  StoredObject,
} from "../../../runtime/index.js";
import type { LmdbDatabase, LmdbRoot } from "./lmdb-module.js";

/** An object in the index, which has all objects of a hash key in one value. */
interface Entry {
  readonly id: number;
  /** Bytes that it takes of the file, about. */
  readonly size: number;
  /** Of the body. */
  readonly crc: number;
  /** When it was used last, seconds since the epoch. */
  readonly used: number;
  readonly record: ObjectRecord;
}

/** Bytes of a page of LMDB: a body takes whole ones. */
const page = 4096;
/** Seconds between two notes of an object's use: the order in which objects go need not be finer. */
const useInterval = 60;

/** `lmdb`: objects in a file, which other processes may have open too. */
export class LmdbStorage implements PersistentStorage {
  readonly kind = "lmdb";
  /** False from the first time on that the file could not be read or written: it holds nothing more then. */
  happy = true;
  readonly counts: StorageCounts = { c_req: 0, c_fail: 0, c_bytes: 0, c_freed: 0, g_alloc: 0 };
  readonly name: string;
  readonly limit: number;
  readonly #tell: (text: string) => void;
  readonly #root: LmdbRoot;
  readonly #index: LmdbDatabase<readonly Entry[], Buffer>;
  readonly #bodies: LmdbDatabase<Buffer, number>;
  /** Hash keys by the time of the last use and the object's number: who is first goes first. */
  readonly #order: LmdbDatabase<Buffer, [used: number, id: number]>;
  readonly #facts: LmdbDatabase<number, string>;
  readonly #bans: LmdbDatabase<Omit<SharedBan, "number">, number>;

  /** `limit` in bytes. */
  constructor(root: LmdbRoot, name: string, limit: number, tell: (text: string) => void) {
    this.#tell = tell;
    this.name = name;
    this.limit = limit;
    this.#root = root;
    this.#index = root.openDB("index", { keyEncoding: "binary" });
    this.#bodies = root.openDB("bodies", { encoding: "binary" });
    this.#order = root.openDB("order", { encoding: "binary" });
    this.#facts = root.openDB("facts", {});
    this.#bans = root.openDB("bans", {});
    this.#forgetBans();
    this.counts.g_alloc = this.#fact("objects");
  }

  get used_space(): number {
    return this.#fact("used");
  }

  get free_space(): number {
    return Math.max(0, this.limit - this.used_space);
  }

  /** What is in memory of an object while it is fetched or delivered is not counted here; an object larger than the file is refused. */
  resize(occupant: Occupant, bytes: number): boolean {
    if (bytes > this.limit) return false;
    occupant.charged = bytes;
    return true;
  }

  enter(): void {
    // Objects are nuked in the file.
  }

  touch(): void {
    // See `used`.
  }

  leave(): void {
    // See `enter`.
  }

  oldest(): undefined {
    return undefined;
  }

  find(key: string): readonly StoredObject[] {
    return this.#attempt(() => {
      this.#root.resetReadTxn();
      return this.#entries(bytesOf(key));
    }, []);
  }

  body({ id, crc }: StoredObject & Partial<Entry>): Uint8Array | undefined {
    const bytes = this.#attempt(() => this.#bodies.get(id), undefined);
    return bytes && crc32(bytes) === crc ? bytes : undefined;
  }

  save(key: string, record: ObjectRecord, chunks: readonly Uint8Array[], nukes: number): number | undefined {
    const body = Buffer.concat(chunks);
    const size = page + Math.ceil(body.length / page) * page;
    this.counts.c_req++;
    return this.#change(() => {
      if (!this.#makeRoom(size, nukes)) {
        this.counts.c_fail++;
        return undefined;
      }
      const id = this.#fact("id") + 1;
      const used = Math.floor(Date.now() / 1000);
      const entry: Entry = { id, size, crc: crc32(body), used, record };
      this.#facts.putSync("id", id);
      this.#bodies.putSync(id, body);
      this.#order.putSync([used, id], bytesOf(key));
      this.#index.putSync(bytesOf(key), [entry, ...this.#entries(bytesOf(key))]);
      this.#count(size, 1);
      return id;
    });
  }

  update(key: string, id: number, record: ObjectRecord): void {
    this.#replace(key, id, (entry) => ({ ...entry, record }));
  }

  used(key: string, id: number): void {
    const now = Math.floor(Date.now() / 1000);
    const entry = this.#attempt(
      () => this.#entries(bytesOf(key)).find((candidate) => candidate.id === id),
      undefined,
    );
    if (!entry || now - entry.used < useInterval) return;
    this.#replace(key, id, (before) => {
      this.#order.removeSync([before.used, id]);
      this.#order.putSync([now, id], bytesOf(key));
      return { ...before, used: now };
    });
  }

  remove(key: string, id: number): void {
    this.#change(() => this.#remove(bytesOf(key), id));
  }

  addBan(ban: Omit<SharedBan, "number">): void {
    this.#change(() => {
      const number = this.#fact("ban") + 1;
      this.#facts.putSync("ban", number);
      this.#bans.putSync(number, ban);
    });
  }

  bansAfter(number: number): readonly SharedBan[] {
    const found = this.#attempt(() => {
      this.#root.resetReadTxn();
      return this.#fact("ban") <= number ? [] : [...this.#bans.getRange({ start: number + 1 })];
    }, []);
    return found.map(({ key, value }) => ({ ...value, number: key }));
  }

  close(): Promise<void> {
    return this.#root.close();
  }

  /** Requests go on without a file that cannot be used: nothing is found in it and nothing kept. */
  #attempt<Result>(run: () => Result, otherwise: Result): Result {
    if (!this.happy) return otherwise;
    try {
      return run();
    } catch (error) {
      this.happy = false;
      this.#tell(
        `storage ${this.name} is given up: ${error instanceof Error ? error.message : String(error)}`,
      );
      return otherwise;
    }
  }

  #change<Result>(run: () => Result): Result | undefined {
    return this.#attempt<Result | undefined>(() => this.#root.transactionSync(run), undefined);
  }

  #fact(name: string): number {
    return this.#attempt(() => this.#facts.get(name), undefined) ?? 0;
  }

  /** Bans that every object has passed cover nothing any more. */
  #forgetBans(): void {
    this.#change(() => {
      const bans = [...this.#bans.getRange({})];
      if (bans.length === 0) return;
      let oldest = Infinity;
      for (const { value } of this.#index.getRange({})) {
        for (const { record } of value) oldest = Math.min(oldest, record.bans);
      }
      for (const { key } of bans) if (key <= oldest) this.#bans.removeSync(key);
    });
  }

  #entries(key: Buffer): readonly Entry[] {
    return this.#index.get(key) ?? [];
  }

  #count(bytes: number, objects: number): void {
    this.#facts.putSync("used", this.#fact("used") + bytes);
    this.#facts.putSync("objects", this.#fact("objects") + objects);
    this.counts.g_alloc = this.#fact("objects");
    if (bytes > 0) this.counts.c_bytes += bytes;
    else this.counts.c_freed -= bytes;
  }

  #makeRoom(size: number, nukes: number): boolean {
    if (size > this.limit) return false;
    for (let left = nukes; this.#fact("used") + size > this.limit; left--) {
      const [oldest] = this.#order.getRange({ limit: 1 });
      if (!oldest || left <= 0) return false;
      this.#remove(oldest.value, oldest.key[1]);
      // Where index and order do not agree, the order must get shorter all the same.
      this.#order.removeSync(oldest.key);
    }
    return true;
  }

  #remove(key: Buffer, id: number): void {
    const entries = this.#entries(key);
    const entry = entries.find((candidate) => candidate.id === id);
    if (!entry) return;
    const others = entries.filter((other) => other !== entry);
    if (others.length > 0) this.#index.putSync(key, others);
    else this.#index.removeSync(key);
    this.#bodies.removeSync(id);
    this.#order.removeSync([entry.used, id]);
    this.#count(-entry.size, -1);
  }

  #replace(key: string, id: number, change: (entry: Entry) => Entry): void {
    this.#change(() => {
      const entries = this.#entries(bytesOf(key));
      if (!entries.some((entry) => entry.id === id)) return;
      this.#index.putSync(
        bytesOf(key),
        entries.map((entry) => (entry.id === id ? change(entry) : entry)),
      );
    });
  }
}

function bytesOf(key: string): Buffer {
  return Buffer.from(key, "latin1");
}

import type { RecodedEncoding } from "../body/compression.js";
import { plainBody, type StoredBodyFacts } from "../body/filter-kind.js";
import { HttpHeaders } from "../http/index.js";
import { ObjectBody } from "./object-body.js";
import type { ObjHead } from "./objhead.js";
import type { LruLinks } from "./lru-list.js";
import type { Storage } from "./storage.js";
import type { VarySpec } from "./vary.js";

/** `busy` until the headers can be used, `stream` while the body is still coming. */
export type ObjectState = "busy" | "stream" | "finished" | "failed";

type RecodedBodies = Map<RecodedEncoding, Uint8Array | Promise<Uint8Array | undefined>>;

/** A response in the cache or on its way to one client. Times in seconds. */
export class CachedObject {
  /** Transaction that fetched it. */
  xid = 0;
  state: ObjectState = "busy";
  proto = "HTTP/1.1";
  status = 0;
  reason = "";
  http = new HttpHeaders();
  readonly body = new ObjectBody();
  /** What the filters found out about the body. */
  facts: StoredBodyFacts = plainBody;
  private variants: RecodedBodies | undefined;
  /** When the response was made: its arrival minus its Age. The other times count from here, one after the other. */
  origin = 0;
  ttl = 0;
  grace = 0;
  keep = 0;
  hits = 0;
  hitForMiss = false;
  hitForPass = false;
  /** Made for one request only (pass, synth): never found by another. */
  isPrivate = false;
  /** Taken out: by a purge, a ban, a newer object, for want of room or because its time is over. */
  dying = false;
  /** A fetch may ask the backend whether it is still right. */
  revalidatable = false;
  vary: VarySpec | undefined;
  storage: Storage | undefined;
  /** Bytes of its head, and of what is kept to know about it. */
  headSize = 0;
  /** Bytes that it takes of its storage now. */
  charged = 0;
  /** Its place in the order of use; undefined while it is not to be nuked. */
  lru: LruLinks | undefined;
  /** Look-ups find it. */
  isListed = false;
  /** Bans up to this number have been tested against it. */
  bansTested = 0;
  head: ObjHead | undefined;
  /** Its place in the expiry heap; -1: not in it. */
  expiryIndex = -1;
  private waiting: (() => void)[] | undefined;

  /** A gzip body as clients prefer it, once one has asked for it. */
  get recoded(): RecodedBodies {
    return (this.variants ??= new Map());
  }

  /** When it cannot be of use any more. */
  get end(): number {
    return this.origin + this.ttl + this.grace + this.keep;
  }

  setState(state: ObjectState): void {
    this.state = state;
    if (state === "failed") {
      this.dying = true;
      this.body.fail();
    }
    const waiting = this.waiting;
    this.waiting = undefined;
    for (const resume of waiting ?? []) resume();
  }

  /** Whether a fetch is still at work on it. */
  get isFetched(): boolean {
    return this.state === "busy" || this.state === "stream";
  }

  /** Resolves when it leaves `busy`. */
  whenUsable(): Promise<void> {
    return new Promise((resolve) => {
      if (this.state !== "busy") resolve();
      else (this.waiting ??= []).push(resolve);
    });
  }

  /** What it takes of its storage: bytes of the head and the bookkeeping, and of the body. */
  get size(): number {
    let size = this.headSize + this.body.kept;
    if (this.variants) {
      for (const bytes of this.variants.values()) if (bytes instanceof Uint8Array) size += bytes.length;
    }
    return size;
  }
}

import type { CachedObject } from "./cached-object.js";
import { ObjHead } from "./objhead.js";

/** The objheads by hash key; those with nothing in them go. */
export class ObjHeads {
  private readonly heads = new Map<string, ObjHead>();

  get size(): number {
    return this.heads.size;
  }

  get(key: string): ObjHead | undefined {
    return this.heads.get(key);
  }

  /** That of the key, made where there is none. */
  of(key: string): ObjHead {
    let head = this.heads.get(key);
    if (!head) this.heads.set(key, (head = new ObjHead(key)));
    return head;
  }

  /** Puts one back that may have gone when it became empty. */
  keep(head: ObjHead): void {
    this.heads.set(head.key, head);
  }

  /** Has it go if it is empty. */
  tidy(head: ObjHead): void {
    if (head.empty && this.heads.get(head.key) === head) this.heads.delete(head.key);
  }

  /** The same while they come and go: those that stay are seen once. */
  *current(): Generator<CachedObject, undefined> {
    for (const { objects } of this.heads.values()) {
      for (const object of [...objects]) if (object.state !== "busy" && !object.dying) yield object;
    }
    return undefined;
  }

  /** The objects that are not being fetched. */
  *objects(): Iterable<CachedObject> {
    for (const { objects } of [...this.heads.values()]) {
      for (const object of objects) if (object.state !== "busy") yield object;
    }
  }
}

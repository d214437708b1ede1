import type { BodyLink } from "./filter-kind.js";

/** Passes on what comes, as it comes: a link that stands for another, and the base of those that look at bytes and change none. */
export class PassingLink implements BodyLink {
  protected next!: BodyLink;

  /** `next` may be given later, before anything comes. */
  constructor(next?: BodyLink) {
    if (next) this.next = next;
  }

  set target(next: BodyLink) {
    this.next = next;
  }

  get satisfied(): boolean {
    return this.next.satisfied === true;
  }
  write(chunk: Uint8Array): void | Promise<void> {
    return this.next.write(chunk);
  }
  flush(): void | Promise<void> {
    return this.next.flush?.();
  }
  end(): void | Promise<void> {
    return this.next.end();
  }
}

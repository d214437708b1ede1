import type { VclRef } from "./loaded-vcl.js";
import type { Vcl } from "./vcl.js";

/**
 * A label: a name that requests follow at every switch, to the VCL it points to at that moment. It keeps that VCL warm and in memory, also when both
 * are discarded, until the last VCL that names it is gone: what runs in there may still switch.
 */
export class Label implements VclRef {
  readonly name: string;
  /** The VCLs that name it in vcl() or dispatch(), each once for every load. */
  readonly users = new Set<Vcl>();
  #target: Vcl;
  #discarded = false;

  constructor(name: string, target: Vcl) {
    this.name = name;
    this.#target = target;
    target.labels.add(this);
  }

  get target(): Vcl {
    return this.#target;
  }

  /** Its name is free, and who names it still switches. */
  get discarded(): boolean {
    return this.#discarded;
  }

  /** Points it at another VCL: the next switch follows, requests that have switched do not. */
  point(target: Vcl): void {
    this.#target.labels.delete(this);
    this.#target = target;
    target.labels.add(this);
  }

  /** It is discarded: it goes when nobody names it any more. */
  drop(): void {
    this.#discarded = true;
    this.#settle();
  }

  /** A VCL that named it is gone. */
  leave(user: Vcl): void {
    this.users.delete(user);
    this.#settle();
  }

  current(): Vcl {
    return this.#target;
  }

  #settle(): void {
    if (this.#discarded && this.users.size === 0) this.#target.unlabel(this);
  }
}

/** A label by its name alone, looked up at every switch: it may not be there yet (S4-119). */
export class LateLabel implements VclRef {
  readonly name: string;
  readonly #find: (name: string) => Label | undefined;

  constructor(name: string, find: (name: string) => Label | undefined) {
    this.name = name;
    this.#find = find;
  }

  current(): Vcl | undefined {
    return this.#find(this.name)?.current();
  }
}

/** VPI_vcl_get: binds a label for a VCL that is being loaded, which holds it until its discard (S4-90); undefined when there is none. */
export function vclGet(
  labels: (name: string) => Label | undefined,
  name: string,
  user: Vcl,
): Label | undefined {
  const label = labels(name);
  if (!label) return undefined;
  label.users.add(user);
  user.uses.add(label);
  return label;
}

/** VPI_vcl_rel: gives a label back when the VCL that named it is discarded. */
export function vclRel(label: Label, user: Vcl): void {
  user.uses.delete(label);
  label.leave(user);
}

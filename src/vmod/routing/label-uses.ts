import type { RouteConfig } from "./route-config.js";

/** The labels that hosts dispatch to, and how many routes each host has: host by host in the order of the file. */
export interface HostUses {
  /** Every label once. */
  readonly labels: readonly string[];
  /** Indices into `labels`, and where those of each host end. */
  readonly labelsOfHosts: Uint32Array;
  readonly labelEnds: Uint32Array;
  readonly routeCounts: Uint32Array;
}

/** Collects them. */
export class LabelUses {
  readonly #indices = new Map<string, number>();
  readonly #uses: number[] = [];
  readonly #ends: Uint32Array;
  readonly #counts: Uint32Array;
  #hosts = 0;

  constructor(hosts: number) {
    this.#ends = new Uint32Array(hosts);
    this.#counts = new Uint32Array(hosts);
  }

  add(routes: readonly RouteConfig[]): void {
    const before = this.#uses.length;
    for (const { label } of routes) {
      if (label === undefined) continue;
      const index = this.#indexOf(label);
      if (this.#uses.indexOf(index, before) < 0) this.#uses.push(index);
    }
    this.#next(routes.length);
  }

  /** A host that is as it was in what was collected before. Answers how many routes it has. */
  addKnown(known: HostUses, host: number): number {
    const count = known.routeCounts[host] ?? 0;
    const end = known.labelEnds[host] ?? 0;
    for (let at = host === 0 ? 0 : (known.labelEnds[host - 1] ?? 0); at < end; at++)
      this.#uses.push(this.#indexOf(known.labels[known.labelsOfHosts[at] as number] as string));
    this.#next(count);
    return count;
  }

  finish(fallback: RouteConfig | undefined): HostUses {
    if (fallback?.label !== undefined) this.#indexOf(fallback.label);
    return {
      labels: [...this.#indices.keys()],
      labelsOfHosts: Uint32Array.from(this.#uses),
      labelEnds: this.#ends,
      routeCounts: this.#counts,
    };
  }

  #indexOf(label: string): number {
    let index = this.#indices.get(label);
    if (index === undefined) this.#indices.set(label, (index = this.#indices.size));
    return index;
  }

  #next(routes: number): void {
    this.#ends[this.#hosts] = this.#uses.length;
    this.#counts[this.#hosts++] = routes;
  }
}

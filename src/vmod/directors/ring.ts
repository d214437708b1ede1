import { hash32 } from "./hash32.js";

/** Most points of all members together; more would serve no balance, only take memory. */
const mostPoints = 1 << 22;

/** The points of all members on a circle of 32-bit numbers. */
export class Ring {
  private readonly points: Uint32Array;
  /** The member that each point belongs to. */
  private readonly owners: Uint32Array;

  /** Point j of a member is the hash of its identity followed by j, for j from 0. */
  constructor(members: readonly { readonly identity: string; readonly replicas: number }[]) {
    const share = Math.floor(mostPoints / Math.max(1, members.length));
    const all = members.flatMap(({ identity, replicas }, owner) =>
      Array.from({ length: Math.min(replicas, share) }, (_, j) => ({
        point: hash32(`${identity}${j}`),
        owner,
      })),
    );
    all.sort((a, b) => a.point - b.point || a.owner - b.owner);
    this.points = Uint32Array.from(all, ({ point }) => point);
    this.owners = Uint32Array.from(all, ({ owner }) => owner);
  }

  /** The first point not below the key. A key above the last point belongs to the last one, as in Varnish: there is no wrap here. */
  private find(key: number): number {
    let low = 0;
    let high = this.points.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.points[middle] ?? 0) >= key) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Every member once, clockwise from the key. */
  *walk(key: number): Generator<number, void> {
    const seen = new Set<number>();
    const { length } = this.owners;
    const start = this.find(key);
    for (let step = 0; step < length; step++) {
      const owner = this.owners[(start + step) % length] ?? 0;
      if (seen.has(owner)) continue;
      seen.add(owner);
      yield owner;
    }
  }

  /** The points in order, with their owners. */
  entries(): readonly (readonly [point: number, owner: number])[] {
    return Array.from(this.points, (point, index) => [point, this.owners[index] ?? 0] as const);
  }
}

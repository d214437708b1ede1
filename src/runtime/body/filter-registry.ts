import type { FilterKind } from "./filter-kind.js";

/** Lists that are kept as they were read: VCL can put together any number of them. */
const mostLists = 64;

/** The filters that one side (fetch or delivery) knows: the built-in ones, those of VMODs for all VCLs, and those of VMODs for one VCL. */
export class FilterRegistry<Context> {
  private readonly builtIn: readonly FilterKind<Context>[];
  private readonly added: FilterKind<Context>[] = [];
  private readonly general: FilterRegistry<Context> | undefined;
  private readonly side: "VFP" | "VDP";
  /** Lists that were read, and how many filters were known then: responses have the same few lists again and again. */
  private readonly read = new Map<string, readonly FilterKind<Context>[]>();
  private knownThen = 0;

  /** `side` is Varnish's word for it in messages; `general` is the registry for all VCLs where this is the one of a single VCL. */
  constructor(
    side: "VFP" | "VDP",
    builtIn: readonly FilterKind<Context>[],
    general?: FilterRegistry<Context>,
  ) {
    this.side = side;
    this.builtIn = builtIn;
    this.general = general;
  }

  /** Makes a filter known. What hinders it is said in Varnish's words; undefined: done. */
  add(kind: FilterKind<Context>): string | undefined {
    const problem =
      this.general?.duplicate(kind, "global") ?? this.duplicate(kind, this.general ? "per-vcl" : "global");
    if (problem === undefined) this.added.push(kind);
    return problem;
  }

  private duplicate(kind: FilterKind<Context>, where: "global" | "per-vcl"): string | undefined {
    const lower = kind.name.toLowerCase();
    for (const other of [...this.builtIn, ...this.added]) {
      if (other === kind) return `${kind.name}: ${this.side} already registered (${where})`;
      if (other.name.toLowerCase() === lower)
        return `${kind.name}: ${this.side} name already used (${where})`;
    }
    return undefined;
  }

  /** Case matters. The built-in ones come first, then those for all, then those of this VCL. */
  find(name: string): FilterKind<Context> | undefined {
    return this.general?.find(name) ?? [...this.builtIn, ...this.added].find((kind) => kind.name === name);
  }

  /** The filters that a list such as ` gunzip range` names; the first is nearest to the source. */
  parse(list: string): readonly FilterKind<Context>[] | UnknownFilter {
    const { known } = this;
    if (known !== this.knownThen || this.read.size > mostLists) this.read.clear();
    this.knownThen = known;
    const before = this.read.get(list);
    if (before) return before;
    const kinds = this.parseAnew(list);
    if (!(kinds instanceof UnknownFilter)) this.read.set(list, kinds);
    return kinds;
  }

  /** Filters are added, and never taken away. */
  private get known(): number {
    return this.added.length + (this.general?.known ?? 0);
  }

  private parseAnew(list: string): readonly FilterKind<Context>[] | UnknownFilter {
    const kinds: FilterKind<Context>[] = [];
    for (const match of list.matchAll(/[^ \t\r\n]+/g)) {
      const kind = this.find(match[0]);
      if (!kind) return new UnknownFilter(list.slice(match.index));
      kinds.push(kind);
    }
    return kinds;
  }
}

/** A list names a filter that is not known. */
export class UnknownFilter {
  /** As the log says it: from that name to the end of the list. */
  readonly message: string;

  constructor(rest: string) {
    this.message = `Filter '...${rest}' not found`;
  }
}

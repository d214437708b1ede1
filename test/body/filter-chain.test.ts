import { describe, expect, test } from "vitest";
import type { BodySource } from "../../src/runtime/body/body.js";
import { deliveryFilters, fetchFilters } from "../../src/runtime/body/built-in-filters.js";
import { defaultDeliveryFilters, defaultFetchFilters } from "../../src/runtime/body/default-filters.js";
import { openChain, pump } from "../../src/runtime/body/filter-chain.js";
import { FilterFailure, type BodyLink, type FilterKind } from "../../src/runtime/body/filter-kind.js";
import { FilterRegistry, UnknownFilter } from "../../src/runtime/body/filter-registry.js";
import { Collector, SlowCollector } from "../support/body-filters.js";

/** What filters did, in order. */
type Story = string[];

/** A filter that appends its name to every chunk, and tells what happens to it. */
function marker(name: string, behaviour: "aside" | "fails" | "plain" = "plain"): FilterKind<Story> {
  return {
    name,
    open(story, next): BodyLink | "not needed" {
      story.push(`open ${name}`);
      if (behaviour === "fails") throw new FilterFailure(`${name} cannot`);
      if (behaviour === "aside") return "not needed";
      return {
        get satisfied() {
          return next.satisfied === true;
        },
        write: (chunk) => next.write(Buffer.concat([chunk, Buffer.from(name)])),
        flush: () => next.flush?.(),
        end: () => next.end(),
        abandon: () => void story.push(`abandon ${name}`),
      };
    },
  };
}

/** A source that writes texts, and tells whether it was stopped. */
class Texts implements BodySource {
  readonly length = undefined;
  cancelled = false;
  written = 0;
  private readonly texts: readonly string[];

  constructor(...texts: string[]) {
    this.texts = texts;
  }
  async pipe(sink: { write(chunk: Uint8Array): void | Promise<void> }): Promise<void> {
    for (const text of this.texts) {
      this.written++;
      await sink.write(Buffer.from(text));
    }
  }
  cancel(): void {
    this.cancelled = true;
  }
}

describe("a chain of filters", () => {
  test("is opened in the order of the list, and the first is nearest to the source", async () => {
    const story: Story = [];
    const out = new SlowCollector();
    const chain = openChain([marker("a"), marker("b"), marker("c")], story, out);
    expect(story).toEqual(["open a", "open b", "open c"]);
    expect(chain.names).toEqual(["a", "b", "c"]);
    await pump(new Texts("x", "y"), chain);
    await chain.flush();
    expect(out.text).toBe("xabcyabc");
    expect(out.ended).toBe(true);
    expect(out.flushes).toBe(1);
  });

  test("goes on without a filter that steps aside, wherever it stands", async () => {
    for (const list of [
      ["a", "-", "b"],
      ["-", "a", "b"],
      ["a", "b", "-"],
      ["-", "-", "a", "b"],
    ]) {
      const out = new Collector();
      const kinds = list.map((name) => (name === "-" ? marker("aside", "aside") : marker(name)));
      const chain = openChain(kinds, [], out);
      await pump(new Texts("x"), chain);
      expect(out.text).toBe("xab");
      expect(chain.names).toEqual(["a", "b"]);
    }
    const out = new Collector();
    await pump(new Texts("x"), openChain([], [], out));
    expect(out.text).toBe("x");
  });

  test("that cannot be opened names the filter, and closes those before it", () => {
    const story: Story = [];
    const out = new Collector();
    const open = () => openChain([marker("a"), marker("b", "fails"), marker("c")], story, out);
    expect(open).toThrow(expect.objectContaining({ filter: "b", message: "b cannot" }));
    expect(story).toEqual(["open a", "open b", "abandon a"]);
    expect(out.abandoned).toBe(false);
  });

  test("that fails on the way is abandoned once, from the source on, and the tail with it", async () => {
    const story: Story = [];
    const out = new Collector();
    out.write = () => Promise.reject(new Error("full"));
    const chain = openChain([marker("a"), marker("b")], story, out);
    await expect(pump(new Texts("x"), chain)).rejects.toThrow("full");
    chain.abandon();
    expect(story).toEqual(["open a", "open b", "abandon a", "abandon b"]);
    expect(out).toMatchObject({ abandoned: true, ended: false });
  });

  test("that wants no more stops its source, and ends well", async () => {
    const out = Object.assign(new Collector(), { satisfied: false });
    const write = out.write.bind(out);
    out.write = (chunk) => {
      out.satisfied = true;
      return write(chunk);
    };
    const source = new Texts("x", "y", "z");
    await pump(source, openChain([marker("a")], [], out));
    expect(out).toMatchObject({ text: "xa", ended: true });
    expect(source).toMatchObject({ cancelled: true, written: 1 });
  });

  test("that throws the beginning away gets a body that is there from behind it", async () => {
    const out = new Collector();
    const written: string[] = [];
    const skipper: FilterKind<Story> = {
      name: "skipper",
      open: (_, next) => ({
        skip: (chunks) => chunks.length - 1,
        write: (chunk) => (written.push(Buffer.from(chunk).toString()), next.write(chunk)),
        end: () => next.end(),
      }),
    };
    const source = Object.assign(new Texts(), { whole: ["x", "y", "z"].map((text) => Buffer.from(text)) });
    await pump(source, openChain([skipper], [], out));
    expect(out).toMatchObject({ text: "z", ended: true });
    expect(written).toEqual(["z"]);
    const plain = new Collector();
    await pump(source, openChain([marker("a")], [], plain));
    expect(plain.text).toBe("xayaza");
  });
});

describe("the filters that are known", () => {
  const registry = () => new FilterRegistry<Story>("VFP", [marker("one"), marker("two")]);
  const names = (kinds: readonly FilterKind<Story>[] | UnknownFilter) =>
    kinds instanceof UnknownFilter ? kinds.message : kinds.map(({ name }) => name);

  test("are named in a list, separated by blanks; the empty list is none", () => {
    expect(names(registry().parse("two one"))).toEqual(["two", "one"]);
    expect(names(registry().parse(" two\t\none  two "))).toEqual(["two", "one", "two"]);
    expect(names(registry().parse("  "))).toEqual([]);
  });

  test("are told from others with Varnish's text, from the first unknown name to the end; case matters", () => {
    expect(names(registry().parse("one nosuch two"))).toBe("Filter '...nosuch two' not found");
    expect(names(registry().parse("One"))).toBe("Filter '...One' not found");
    const fetch = new FilterRegistry("VFP", fetchFilters);
    expect(fetch.parse("range")).toBeInstanceOf(UnknownFilter);
    const delivery = new FilterRegistry("VDP", deliveryFilters);
    expect(delivery.parse("esi gunzip range br zstd")).toHaveLength(5);
    expect(delivery.parse("gzip")).toBeInstanceOf(UnknownFilter);
  });

  test("can be more, for all VCLs or for one; a name is taken only once", () => {
    const general = registry();
    const own = new FilterRegistry<Story>("VFP", [], general);
    const rot13 = marker("rot13");
    expect(general.add(rot13)).toBeUndefined();
    expect(general.add(rot13)).toBe("rot13: VFP already registered (global)");
    expect(general.add(marker("ROT13"))).toBe("ROT13: VFP name already used (global)");
    expect(own.add(marker("one"))).toBe("one: VFP name already used (global)");
    const mine = marker("mine");
    expect(own.add(mine)).toBeUndefined();
    expect(own.add(marker("mine"))).toBe("mine: VFP name already used (per-vcl)");
    expect(names(own.parse("mine rot13 one"))).toEqual(["mine", "rot13", "one"]);
    expect(names(general.parse("mine"))).toBe("Filter '...mine' not found");
  });

  test("are found from then on that they are added, by lists that were read before too", () => {
    const general = registry();
    const own = new FilterRegistry<Story>("VFP", [], general);
    const mine = marker("late");
    own.add(mine);
    expect(names(own.parse("one later"))).toBe("Filter '...later' not found");
    expect(own.parse("late one")).toEqual([mine, general.find("one")]);
    const forAll = marker("late");
    general.add(forAll);
    general.add(marker("later"));
    expect(names(own.parse("one later"))).toEqual(["one", "later"]);
    expect(own.parse("late one")).toEqual([forAll, general.find("one")]);
  });
});

describe("default lists", () => {
  const fetch = (contentEncoding: string | undefined, ...flags: string[]) =>
    defaultFetchFilters({
      hasBody: !flags.includes("empty"),
      contentEncoding,
      doEsi: flags.includes("esi"),
      doGzip: flags.includes("gzip"),
      doGunzip: flags.includes("gunzip"),
      gzipSupport: !flags.includes("off"),
    });

  test.each([
    ["gzip", "gunzip", " gunzip"],
    ["gzip", "", " testgunzip"],
    ["GZIP", "gzip", " testgunzip"],
    [undefined, "gzip", " gzip"],
    [undefined, "gzip gunzip", " gzip"],
    [undefined, "", ""],
    ["br", "gzip gunzip", ""],
    ["gzip", "esi gunzip", " gunzip esi"],
    ["gzip", "esi", " gunzip esi_gzip"],
    [undefined, "esi gzip", " esi_gzip"],
    [undefined, "esi", " esi"],
    ["br", "esi gzip", " esi"],
    ["gzip", "gunzip off", " testgunzip"],
    ["gzip", "esi gunzip off", " gunzip esi_gzip"],
    [undefined, "gzip off", ""],
    ["gzip", "esi empty", ""],
  ])("of a fetch with Content-Encoding %s and %s: %s", (encoding, flags, list) => {
    expect(fetch(encoding, ...flags.split(" "))).toBe(list);
  });

  test("of a delivery: esi, gunzip and range, each where it is needed, in that order", () => {
    const all = {
      hasEsi: true,
      doEsi: true,
      isGzip: true,
      status: 200,
      acceptEncoding: undefined,
      hasRange: true,
      gzipSupport: true,
      rangeSupport: true,
    };
    expect(defaultDeliveryFilters(all)).toBe(" esi gunzip range");
    expect(defaultDeliveryFilters({ ...all, doEsi: false })).toBe(" gunzip range");
    expect(defaultDeliveryFilters({ ...all, hasEsi: false })).toBe(" gunzip range");
    expect(defaultDeliveryFilters({ ...all, acceptEncoding: "gzip" })).toBe(" esi range");
    expect(defaultDeliveryFilters({ ...all, gzipSupport: false })).toBe(" esi range");
    expect(defaultDeliveryFilters({ ...all, isGzip: false })).toBe(" esi range");
    for (const change of [{ status: 203 }, { status: 304 }, { hasRange: false }, { rangeSupport: false }]) {
      expect(defaultDeliveryFilters({ ...all, ...change })).toBe(" esi gunzip");
    }
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HttpHeaders, Workspace, header } from "../../src/runtime/http/index.js";
import { VclFailure } from "../../src/runtime/values/failure.js";

const make = (...fields: [string, string][]) => new HttpHeaders(fields);
const raw = (headers: HttpHeaders) => headers.toRaw().map(([name, value]) => `${name}: ${value}`);

describe("header fields", () => {
  test("get finds the first field whatever the case on the wire", () => {
    const h = make(["X-A", "1"], ["x-a", "2"]);
    expect(h.get("x-a")).toBe("1");
    expect(h.all("x-a")).toEqual(["1", "2"]);
    expect(h.get("x-b")).toBeUndefined();
  });

  test("set removes every field of the name and appends one at the end", () => {
    const h = make(["X-A", "1"], ["B", "b"], ["x-a", "2"]);
    h.set("X-a", "3");
    expect(raw(h)).toEqual(["B: b", "X-a: 3"]);
  });

  test("setting a header from an unset one leaves it present and empty", () => {
    const h = make();
    h.set("X", undefined);
    expect(h.get("x")).toBe("");
  });

  test("unset removes every field of the name and keeps the order of the others", () => {
    const h = make(["A", "1"], ["B", "2"], ["a", "3"], ["C", "4"], ["A", "5"]);
    h.unset("a");
    expect(raw(h)).toEqual(["B: 2", "C: 4"]);
  });

  test("append puts text behind the first value", () => {
    const h = make(["A", "1"], ["A", "2"]);
    h.append("A", "x");
    h.append("N", undefined);
    expect(raw(h)).toEqual(["A: 1x", "N: "]);
  });

  test("leading blanks do not belong to a value", () => {
    const h = make();
    h.set("A", " \tx ");
    expect(h.get("a")).toBe("x ");
  });

  test.each(["a\nb", "a\r\nSet-Cookie: x", "\0", "\x7f", "a\u2192"])(
    "a control character, or one that is no byte, in a value fails the task: %j",
    (v) => {
      const h = make(["A", "old"]);
      expect(() => h.set("A", v)).toThrow(VclFailure);
      expect(() => h.set("A", v)).toThrow(/^Bad header A: /);
      expect(h.get("a")).toBe("old");
    },
  );

  test("TAB and bytes beyond ASCII are legal in a value", () => {
    const h = make();
    h.set("A", "a\tb\xc3\xa9\xff");
    expect(h.get("a")).toBe("a\tb\xc3\xa9\xff");
  });

  test("collect joins all fields into the first one", () => {
    const h = make(["A", "1"], ["B", "b"], ["a", "2"], ["A", "3"]);
    h.collect("a");
    expect(raw(h)).toEqual(["A: 1, 2, 3", "B: b"]);
    const other = make(["A", "1"], ["A", "2"]);
    other.collect("a", "; ");
    expect(other.get("a")).toBe("1; 2");
  });

  test("collect on an object's headers fails the task", () => {
    const h = make(["A", "1"], ["A", "2"]);
    h.readOnly = true;
    expect(() => h.collect("a")).toThrow("header argument cannot be used here");
  });

  test("a clone changes on its own", () => {
    const h = make(["A", "1"]);
    const copy = h.clone();
    copy.set("A", "2");
    copy.unset("b");
    expect(h.get("a")).toBe("1");
    expect(copy.equals(h)).toBe(false);
    copy.replaceWith(h);
    expect(copy.equals(h)).toBe(true);
  });

  test("only ASCII letters fold in names", () => {
    const h = make(["X-\xc9", "1"]);
    expect(h.get("x-\xc9")).toBe("1");
    expect(h.get("x-\xe9")).toBeUndefined();
  });

  test("a HeaderRef carries both spellings", () => {
    const h = make();
    expect(header(h, "X-Foo")).toEqual({ list: h, name: "X-Foo", lower: "x-foo" });
  });

  test("behaves as a plain list of pairs under any sequence of operations", () => {
    const name = fc.constantFrom("A", "a", "Bb", "bB", "c");
    const value = fc.stringMatching(/^[!-~]{0,4}$/);
    const operation = fc.tuple(fc.constantFrom("set", "unset", "append", "add", "collect"), name, value);
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 20 }), (operations) => {
        const h = make();
        let model: [string, string][] = [];
        const same = (a: string) => (f: [string, string]) => f[0].toLowerCase() === a.toLowerCase();
        for (const [kind, n, v] of operations) {
          const first = model.find(same(n));
          const others = model.filter((f) => !same(n)(f));
          if (kind === "set") {
            h.set(n, v);
            model = [...others, [n, v]];
          }
          if (kind === "append") {
            h.append(n, v);
            model = [...others, [n, (first?.[1] ?? "") + v]];
          }
          if (kind === "unset") {
            h.unset(n.toLowerCase());
            model = others;
          }
          if (kind === "add") {
            h.add(n, v);
            model.push([n, v]);
          }
          if (kind === "collect") {
            h.collect(n.toLowerCase());
            if (first) {
              const joined = model
                .filter(same(n))
                .map((f) => f[1])
                .join(", ");
              model = model.flatMap((f): [string, string][] =>
                f === first ? [[f[0], joined]] : same(n)(f) ? [] : [f],
              );
            }
          }
        }
        expect(h.toRaw()).toEqual(model);
      }),
    );
  });
});

describe("limits (S3-38, S3-39)", () => {
  test("a header that does not fit is lost, the old value stays and VCL goes on", () => {
    const log: string[] = [];
    const workspace = new Workspace(20, (tag, text) => log.push(`${tag} ${text}`));
    const h = new HttpHeaders([["A", "old"]], workspace);
    h.set("A", "x".repeat(30));
    expect(h.get("a")).toBe("old");
    expect(workspace.overflowed).toBe(true);
    expect(log).toEqual(["LostHeader A:"]);
  });

  test("S3-33 S3-34 S3-36 a size is taken when it is known, at once and as a whole: nothing can happen in between", () => {
    const workspace = new Workspace(10);
    expect([workspace.take(8), workspace.take(3), workspace.free]).toEqual([true, false, 2]);
    expect([workspace.take(2), workspace.take(0), workspace.take(1)]).toEqual([true, true, false]);
  });

  test("S3-37 what was taken is not given back by unset, but by going back to a snapshot", () => {
    const workspace = new Workspace(100);
    const h = new HttpHeaders([], workspace);
    const start = workspace.snapshot();
    for (let i = 0; i < 50; i++) {
      h.set("A", "xxxxxx");
      h.unset("a");
    }
    expect(workspace.overflowed).toBe(true);
    workspace.reset(start);
    expect(workspace.overflowed).toBe(false);
    expect(workspace.free).toBe(100);
  });

  test("http_max_hdr counts the first line as five fields", () => {
    const log: string[] = [];
    const workspace = new Workspace(10_000, (tag, text) => log.push(`${tag} ${text}`));
    const h = new HttpHeaders([], workspace, 8);
    for (const name of ["A", "B", "C", "D"]) h.set(name, "1");
    expect(h.size).toBe(3);
    expect(log).toEqual(["LostHeader D: 1"]);
    expect([workspace.crowded, workspace.overflowed]).toEqual([true, false]);
  });

  test("a value that the task cannot go on without fails it", () => {
    expect(() => new Workspace(3).mustTake(4)).toThrow("Workspace overflow");
  });
});

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { actions, restrictedStatements, type ActionEntry } from "../src/language/actions.js";
import { assignment } from "../src/language/operators.js";
import { builtinVcl } from "../src/language/builtin-vcl.js";
import { maskOf, methodSubs, subsOf, type SubScope } from "../src/language/subs.js";
import { variables, type VariableEntry } from "../src/language/variables.js";
import { byteUnit, durationUnit } from "../src/language/units.js";
import { expectGolden } from "./support/fixtures.js";
import { corpusFolder } from "./support/conformance.js";

const reference = (name: string) => join(corpusFolder, "../reference", name);

/** An entry of the reference's list of variables. */
interface ReferenceVariable {
  readonly name: string;
  readonly type: string;
  readonly readable_subs: readonly string[];
  readonly writable_subs: readonly string[];
  readonly unsettable_subs: readonly string[];
  readonly vcl_min: string;
  readonly vcl_max: string;
  readonly set_operators: readonly string[];
}

const expand = (scopes: readonly SubScope[] = []) => subsOf(maskOf(scopes)).sort();

describe("the tables of the language", () => {
  test("builtin-vcl.ts holds the text of builtin.vcl", () => {
    const path = (name: string) => fileURLToPath(new URL(`../src/language/${name}`, import.meta.url));
    const text = readFileSync(path("builtin.vcl"), "utf8");
    expect(text).not.toMatch(/[`\\]|\$\{/);
    const comment =
      "/** The text of builtin.vcl, so that the compiler needs no file. A test keeps the two the same; change builtin.vcl and run it with UPDATE=1. */";
    expectGolden(path("builtin-vcl.ts"), `${comment}\nexport const builtinVcl = \`${text}\`;\n`);
    if (process.env.UPDATE !== "1") expect(builtinVcl).toBe(text);
  });

  test.skipIf(!existsSync(reference("vcl-variables.json")))(
    "variables have the types, rights, versions and operators of the reference implementation",
    () => {
      const list = JSON.parse(readFileSync(reference("vcl-variables.json"), "utf8")) as {
        variables: ReferenceVariable[];
      };
      const wanted = list.variables
        .filter(({ name }) => !name.startsWith("storage."))
        .map((one) => ({
          name: one.name,
          type: one.type,
          read: [...one.readable_subs].sort(),
          write: [...one.writable_subs].sort(),
          unset: [...one.unsettable_subs].sort(),
          since: Number(one.vcl_min) * 10,
          until: Number(one.vcl_max) * 10,
          operators: [...one.set_operators].sort(),
        }));
      const ours = (variables as readonly VariableEntry[]).map((one) => ({
        name: one.name,
        type: one.type,
        read: expand(one.read),
        write: expand(one.write),
        unset: expand(one.unset),
        since: one.since ?? 40,
        until: one.until ?? 41,
        operators: one.write ? ["=", ...Object.keys(assignment[one.type] ?? {})].sort() : [],
      }));
      expect(ours).toEqual(wanted);
    },
  );

  test.skipIf(!existsSync(reference("vcl-actions.json")))(
    "actions and statements are legal where the reference implementation has them; dispatch is where vcl is (S4-89, where the reference is installed)",
    () => {
      const list = JSON.parse(readFileSync(reference("vcl-actions.json"), "utf8")) as {
        return_actions: { action: string; subs: string[] }[];
        statements: { name: string; subs?: string[] }[];
      };
      const ours = Object.entries(actions as Readonly<Record<string, ActionEntry>>).map(
        ([action, { subs }]) => [action, expand(subs)] as const,
      );
      const wanted = list.return_actions.map(({ action, subs }) => [action, [...subs].sort()]);
      const vcl = ours.find(([action]) => action === "vcl")?.[1];
      expect(Object.fromEntries(ours)).toEqual({ ...Object.fromEntries(wanted), dispatch: vcl });
      const statements = Object.fromEntries(list.statements.map(({ name, subs }) => [name, subs]));
      expect(subsOf(maskOf(restrictedStatements.HashDataStatement))).toEqual(statements.hash_data);
      expect(subsOf(maskOf(restrictedStatements.SyntheticStatement))).toEqual(statements.synthetic);
      expect(subsOf(maskOf(restrictedStatements.NewStatement))).toEqual(statements.new);
    },
  );

  test("every method sub has a group, and groups cover all of them", () => {
    expect(subsOf(maskOf(["client", "backend", "housekeeping"]))).toEqual(Object.keys(methodSubs));
  });

  test("the case of duration units counts, that of byte units does not", () => {
    expect([durationUnit("ms"), durationUnit("S"), durationUnit("y")]).toEqual([0.001, undefined, 31536000]);
    expect([byteUnit("KB"), byteUnit("kb"), byteUnit("P"), byteUnit("x")]).toEqual([
      1024,
      1024,
      2 ** 50,
      undefined,
    ]);
  });
});

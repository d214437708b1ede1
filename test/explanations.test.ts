import { describe, expect, test } from "vitest";
import { loadCatalog } from "../src/diagnostics/catalog/load.js";
import type { DiagnosticCode } from "../src/diagnostics/catalog.js";
import { explainCode } from "../src/diagnostics/explanations/explain.js";
import { wholeProgram, type Example } from "../src/diagnostics/explanations/explanation.js";
import { explanations } from "../src/diagnostics/explanations/explanations.js";
import { diagnosticsOfExample, loadDiagnosticsOfExample } from "./support/examples.js";

const codes = Object.keys(explanations) as DiagnosticCode[];

describe("the examples of vclc explain", () => {
  test.each(codes)("%s: the failing one triggers it, the fixed one is flawless", async (code) => {
    const explanation = explanations[code];
    const found = async (example: Example): Promise<string[]> => {
      const text = wholeProgram(example);
      const diagnostics = Object.hasOwn(loadCatalog, code)
        ? await loadDiagnosticsOfExample(text)
        : diagnosticsOfExample(text, explanation, code);
      return diagnostics.map((diagnostic) => diagnostic.code);
    };
    expect(await found(explanation.failing)).toContain(code);
    expect(await found(explanation.fixed)).toEqual([]);
  });

  test("are short enough to be read", () => {
    for (const { failing, fixed } of Object.values(explanations)) {
      for (const example of [failing, fixed]) {
        const shown = typeof example === "string" ? example : example.shown;
        expect(shown.length).toBeLessThan(600);
      }
    }
  });
});

describe("explanations", () => {
  test("meanings are whole sentences", () => {
    for (const { meaning } of Object.values(explanations)) expect(meaning).toMatch(/^["\w`$&+/.\\].*[.!?…]$/);
  });

  test("a code is explained with its severity, message, meaning and both examples", () => {
    expect(explainCode("type-mismatch")).toBe(`type-mismatch (error)
  Expression has type {found}, expected {expected}

${wrapped(explanations["type-mismatch"].meaning)}

This is wrong:

    sub vcl_recv {
      set req.grace = 10;
    }

This is right:

    sub vcl_recv {
      set req.grace = 10s;
    }
`);
  });
});

/** As a terminal of 80 columns shows it. */
function wrapped(text: string): string {
  return text.replace(/(?=\S)(.{1,80})(?:\s+|$)/g, "$1\n").trimEnd();
}

import type { OutsideCalls } from "../../analyze/outside-calls.js";

/** Whether a file has tests in VCL. */
export function isVclTests(path: string): boolean {
  return path.endsWith(".test.vcl");
}

/** Its tests: they run where they have `req`, `resp` and `obj`. */
export const testSubs: OutsideCalls = { prefix: "test_", from: "vcl_deliver" };

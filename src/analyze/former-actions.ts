import type { MethodSub } from "../language/subs.js";

/** What returns of VCL 3 are written as now, by the sub they stood in. */
const formerActions: { readonly [Sub in MethodSub]?: Readonly<Record<string, string>> } = {
  vcl_recv: {
    lookup: "return (hash)",
    deliver: "return (hash) to look the object up, or return (synth(status, reason)) to answer without it",
  },
  vcl_hash: { hash: "return (lookup)" },
  vcl_pass: { pass: "return (fetch)" },
  vcl_hit: { fetch: "return (pass), or return (restart) with req.hash_always_miss set before" },
  vcl_backend_response: {
    hit_for_pass: "return (pass), or set beresp.uncacheable = true; and return (deliver)",
    restart: "return (retry)",
  },
};

/** Advice about an action that older VCL had in a sub. */
export function formerAction(sub: string, action: string): string | undefined {
  const there = formerActions[sub as MethodSub] ?? {};
  if (Object.hasOwn(there, action)) return `since VCL 4 it is ${there[action]}`;
  if (action === "error" && sub !== "vcl_synth") return "since VCL 4 it is return (synth(status, reason))";
  if (action === "hit_for_pass")
    return `since VCL 4 it is, in vcl_backend_response, ${formerActions.vcl_backend_response!["hit_for_pass"]!}`;
  return undefined;
}

/** The built-in method subs, in the order of the request's life, with the kind of task that runs them. */
export const methodSubs = {
  vcl_recv: "client",
  vcl_pipe: "client",
  vcl_pass: "client",
  vcl_hash: "client",
  vcl_purge: "client",
  vcl_miss: "client",
  vcl_hit: "client",
  vcl_deliver: "client",
  vcl_synth: "client",
  vcl_backend_fetch: "backend",
  vcl_backend_refresh: "backend",
  vcl_backend_response: "backend",
  vcl_backend_error: "backend",
  vcl_init: "housekeeping",
  vcl_fini: "housekeeping",
} as const satisfies Record<string, "client" | "backend" | "housekeeping">;

export type MethodSub = keyof typeof methodSubs;
export type SubGroup = (typeof methodSubs)[MethodSub];

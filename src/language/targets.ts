import type { actions } from "./actions.js";
import type { backendFields, probeFields } from "./fields.js";
import { hasReservedPrefix } from "./reserved.js";
import { isMethodSub, type SubScope } from "./subs.js";
import type { variables } from "./variables.js";

/**
 * What each release of Varnish has of the language. The variables are those of doc/sphinx/reference/vcl_var.rst of each release's last tag, actions and
 * subs of vcl_step.rst (before 7.4: lib/libvcc/generate.py), fields of lib/libvcc/vcc_backend.c, functions of vmod/*.vcc, the syntax of lib/libvcc and
 * the pages "what's new". What no table names, every release has. 6.1 to 6.5 are left out: nobody maintains them.
 */
export const releases = [
  "6.0",
  "6.6",
  "7.0",
  "7.1",
  "7.2",
  "7.3",
  "7.4",
  "7.5",
  "7.6",
  "7.7",
  "8.0",
] as const;

export type Release = (typeof releases)[number];

/** The first release that has something; `trunk`: none yet, the next one will; `vclc`: only vclc has it. */
export type Since = Release | "trunk" | "vclc";

type VariableName = (typeof variables)[number]["name"];
type FieldName = keyof typeof backendFields | keyof typeof probeFields;

export const variablesSince: Readonly<Partial<Record<VariableName, Since>>> = {
  "bereq.filters": "7.7",
  "bereq.is_hitmiss": "6.6",
  "bereq.is_hitpass": "6.6",
  "bereq.retry_connect": "trunk",
  "bereq.task_deadline": "7.5",
  "bereq.time": "7.1",
  "bereq.trace": "7.4",
  "beresp.filters": "6.6",
  "beresp.time": "7.1",
  "beresp.transit_buffer": "7.3",
  "obj.can_esi": "6.6",
  "obj.time": "7.1",
  "req.filters": "7.7",
  "req.hash_ignore_vary": "7.0",
  "req.max_age": "trunk",
  "req.time": "7.1",
  "req.trace": "7.4",
  "req.transport": "7.1",
  "req_top.time": "7.1",
  "resp.filters": "6.6",
  "resp.time": "7.1",
  "sess.idle_send_timeout": "6.6",
  "sess.send_timeout": "6.6",
  "sess.timeout_linger": "6.6",
};

/** Whole families of variables. */
export const familiesSince: Readonly<Record<string, Since>> = { obj_stale: "8.0", param: "8.0" };

/** Rights that came later than their variable; `in` are the subs that it could not be read in before. */
export const rightsSince: readonly {
  readonly name: VariableName;
  readonly right: "read" | "unset";
  readonly in?: readonly SubScope[];
  readonly since: Since;
}[] = [
  { name: "client.identity", right: "read", in: ["backend"], since: "6.6" },
  { name: "bereq.xid", right: "read", in: ["vcl_pipe"], since: "6.6" },
  { name: "req.hash", right: "read", in: ["vcl_synth", "vcl_pipe"], since: "7.7" },
  { name: "bereq.between_bytes_timeout", right: "unset", since: "7.5" },
  { name: "bereq.connect_timeout", right: "unset", since: "7.5" },
  { name: "bereq.first_byte_timeout", right: "unset", since: "7.5" },
  { name: "sess.idle_send_timeout", right: "unset", since: "7.5" },
  { name: "sess.send_timeout", right: "unset", since: "7.5" },
  { name: "sess.timeout_idle", right: "unset", since: "7.5" },
  { name: "sess.timeout_linger", right: "unset", since: "7.5" },
  { name: "req.grace", right: "unset", since: "7.7" },
  { name: "req.ttl", right: "unset", since: "trunk" },
];

/** Variables that were a STRING before. */
export const numbersSince: Readonly<Partial<Record<VariableName, Since>>> = {
  "bereq.xid": "7.3",
  "req.xid": "7.3",
  "sess.xid": "7.3",
};

/** Subs that came later; the other hooks of the built-in VCL came with 6.6. */
const subsSince: Readonly<Record<string, Since>> = {
  vcl_backend_refresh: "8.0",
  vcl_builtin_backend_refresh: "8.0",
  vcl_refresh_valid: "8.0",
  vcl_refresh_conditions: "8.0",
  vcl_refresh_status: "8.0",
  vcl_beresp_range: "7.6",
};

/** The first release with a sub of Varnish's own, by its name in lower case. */
export function subSince(name: string): Since | undefined {
  if (Object.hasOwn(subsSince, name)) return subsSince[name];
  return hasReservedPrefix(name) && !isMethodSub(name) ? "6.6" : undefined;
}

export const actionsSince: Readonly<Partial<Record<keyof typeof actions, Since>>> = { dispatch: "vclc" };

export const fieldsSince: Readonly<Partial<Record<FieldName, Since>>> = {
  authority: "7.3",
  expect_close: "7.3",
  preamble: "6.6",
  via: "7.3",
  wait_limit: "7.6",
  wait_timeout: "7.6",
};

/** Forms of the syntax, by what a message calls them. */
export const syntaxSince = {
  '"""…""" strings': "6.6",
  "blobs written :base64:": "6.6",
  "import … as": "6.6",
  "call of what an expression answers": "6.6",
  ".lower()": "6.6",
  ".upper()": "6.6",
  ".resolve()": "6.6",
  "flags of an ACL": "7.0",
  "the flag fold of an ACL": "7.5",
  "include +glob": "7.0",
  "header names in quotes": "7.0",
  "unused …;": "trunk",
  "global.NAME": "vclc",
  "return (vcl(…)) with an expression": "vclc",
} as const satisfies Readonly<Record<string, Since>>;

export type SyntaxForm = keyof typeof syntaxSince;

/** VMODs of the shipped ones that Varnish has itself, with what came later: functions, and arguments as `function(argument)`. */
export const varnishVmods: Readonly<
  Record<string, { readonly since?: Since; readonly parts?: Readonly<Record<string, Since>> }>
> = {
  blob: {},
  cookie: { since: "6.6", parts: { format_date: "7.1" } },
  directors: { parts: { lookup: "6.6" } },
  // Releases of 6.0 got it with a fix, 6.6 to 7.2 did not.
  h2: { since: "7.3" },
  proxy: {},
  purge: {},
  std: {
    parts: {
      ban: "6.6",
      ban_error: "6.6",
      blobread: "6.6",
      bytes: "6.6",
      "duration(real)": "6.6",
      "duration(integer)": "6.6",
      "integer(bool)": "6.6",
      "integer(bytes)": "6.6",
      "integer(duration)": "6.6",
      "integer(real)": "6.6",
      "integer(time)": "6.6",
      now: "7.2",
      "real(integer)": "6.6",
      "real(bool)": "6.6",
      "real(bytes)": "6.6",
      "real(duration)": "6.6",
      "real(time)": "6.6",
      rfc_ttl: "trunk",
      round: "6.6",
      strftime: "7.1",
      timed_call: "7.2",
      "time(real)": "6.6",
      "time(integer)": "6.6",
    },
  },
  unix: {},
};

/** Shipped VMODs that are another project's for Varnish, and have to be installed there. */
export const installableVmods: Readonly<Record<string, string>> = {
  accept: "varnish-modules",
  bodyaccess: "varnish-modules",
  dynamic: "libvmod-dynamic",
  header: "varnish-modules",
  math: "libvmod-math",
  saintmode: "varnish-modules",
  str: "varnish-modules",
  tcp: "varnish-modules",
  var: "varnish-modules",
  vsthrottle: "varnish-modules",
  xkey: "varnish-modules",
};

/** Shipped VMODs that only tests in VCL have: nothing else runs VCL that uses them. */
export const testVmods: readonly string[] = ["assert", "testing"];

/** What a policy may be meant for: vclc, a release, or a series, of which the first release has what all of it have. */
export const targets = {
  vclc: undefined,
  ...releaseTargets(),
  "varnish-6": "6.0",
  "varnish-7": "7.0",
  "varnish-8": "8.0",
} as const satisfies Readonly<Record<string, Release | undefined>>;

function releaseTargets(): Readonly<Record<`varnish-${Release}`, Release>> {
  return Object.fromEntries(releases.map((release) => [`varnish-${release}`, release])) as Record<
    `varnish-${Release}`,
    Release
  >;
}

export type Target = keyof typeof targets;

export const targetNames = Object.keys(targets) as readonly Target[];

/** Whether a target lacks something that came with a release. */
export function lacks(target: Target, since: Since): boolean {
  const release = targets[target];
  if (release === undefined) return false;
  return since === "trunk" || since === "vclc" || releases.indexOf(release) < releases.indexOf(since);
}

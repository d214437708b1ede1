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

/** Where something is legal: one method sub, or all of a group. */
export type SubScope = MethodSub | SubGroup;

/** A set of method subs: bit `i` stands for the i-th key of `methodSubs`. */
export type SubMask = number;

export const methodSubNames = Object.keys(methodSubs) as readonly MethodSub[];
export const everySub: SubMask = 2 ** methodSubNames.length - 1;

/** True for a name (in lower case) of a method sub. */
export function isMethodSub(name: string): name is MethodSub {
  return Object.hasOwn(methodSubs, name);
}

/** True for a text that names a scope: a method sub or a group. */
export function isSubScope(text: string): text is SubScope {
  return isMethodSub(text) || methodSubNames.some((name) => methodSubs[name] === text);
}

/** The set of method subs that a list of scopes covers. */
export function maskOf(scopes: readonly SubScope[]): SubMask {
  let mask = 0;
  methodSubNames.forEach((name, bit) => {
    if (scopes.includes(name) || scopes.includes(methodSubs[name])) mask |= 1 << bit;
  });
  return mask;
}

/** The method subs of a set, in the order of the request's life. */
export function subsOf(mask: SubMask): MethodSub[] {
  return methodSubNames.filter((_, bit) => mask & (1 << bit));
}

/** A set in the fewest words, groups first, for "legal in …" hints. */
export function describeMask(mask: SubMask): string {
  const words: string[] = [];
  let rest = mask;
  for (const group of ["client", "backend", "housekeeping"] as const) {
    const whole = maskOf([group]);
    if ((mask & whole) === whole) {
      words.push(`every ${group} sub`);
      rest &= ~whole;
    }
  }
  return [...words, ...subsOf(rest)].join(", ");
}

import type { MethodSub } from "../language/subs.js";
import type { Analysis } from "./analysis.js";
import { added, type SubInfo } from "./sub-info.js";

/** Subs that somebody outside of the program calls: those of the program whose names begin so, as if that method sub did. */
export interface OutsideCalls {
  readonly prefix: string;
  readonly from: MethodSub;
}

/** Takes these subs for called, and answers with them in source order. */
export function callFromOutside(a: Analysis, { prefix, from }: OutsideCalls): readonly SubInfo[] {
  const method = a.subs.get(from);
  const called = [...a.subs.values()].filter(({ kind, name }) => kind === "user" && name.startsWith(prefix));
  for (const sub of called) {
    const [body] = sub.userBodies;
    if (!method || !body) continue;
    sub.referenced = true;
    method.userCalls = added(method.userCalls, { callee: sub, identifier: body.name });
  }
  return called.filter(({ userBodies }) => userBodies.length > 0);
}

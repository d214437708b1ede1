import type { Task } from "../../runtime/index.js";
import type { TokenIntersectArgs } from "./str.vcc.js";

/** The str VMOD; str.vcc says what each function does. */
export function count(_task: Task, s: string | undefined): number {
  return s === undefined ? -1 : s.length;
}

export function startswith(_task: Task, s1: string | undefined, s2: string | undefined): boolean {
  return s1 !== undefined && s2 !== undefined && s1.startsWith(s2);
}

export function endswith(_task: Task, s1: string | undefined, s2: string | undefined): boolean {
  return s1 !== undefined && s2 !== undefined && s1.endsWith(s2);
}

export function contains(_task: Task, s1: string | undefined, s2: string | undefined): boolean {
  return s1 !== undefined && s2 !== undefined && s1.includes(s2);
}

export function take(_task: Task, s: string | undefined, n: number, offset: number): string | undefined {
  if (s === undefined) return undefined;
  const fromEnd = offset < 0 || (offset === 0 && n < 0);
  const anchor = fromEnd ? s.length + offset : offset;
  const start = n < 0 ? anchor + n : anchor;
  const end = start + Math.abs(n);
  return end <= 0 ? "" : s.slice(Math.max(0, start), end);
}

export function reverse(_task: Task, s: string | undefined): string | undefined {
  if (s === undefined) return undefined;
  let reversed = "";
  for (let i = s.length - 1; i >= 0; i--) reversed += s.charAt(i);
  return reversed;
}

export function split(
  _task: Task,
  S: string | undefined,
  n: number,
  sep: string | undefined,
): string | undefined {
  if (S === undefined || n === 0 || sep === undefined || sep === "") return undefined;
  return tokens(S, sep).at(n > 0 ? n - 1 : n);
}

export function token_intersect(_task: Task, args: TokenIntersectArgs): boolean {
  const { str1, str2 } = args;
  if (str1 === undefined || str2 === undefined) return false;
  const separators = "separators" in args ? (args.separators ?? "") : " ,";
  const others = new Set(tokens(str2, separators));
  return tokens(str1, separators).some((token) => others.has(token));
}

/** The longest pieces without any of the separators. */
function tokens(text: string, separators: string): readonly string[] {
  const found: string[] = [];
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && !separators.includes(text.charAt(i))) continue;
    if (i > start) found.push(text.slice(start, i));
    start = i + 1;
  }
  return found;
}

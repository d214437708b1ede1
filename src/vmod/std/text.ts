import type { HeaderRef, Task } from "../../runtime/index.js";
import { VclFailure } from "../../runtime/values/failure.js";

export function toupper(_task: Task, s: string | undefined): string {
  return (s ?? "").replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

export function tolower(_task: Task, s: string | undefined): string {
  return (s ?? "").replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

export function strstr(_task: Task, s1: string | undefined, s2: string | undefined): string | undefined {
  if (s1 === undefined || s2 === undefined) return undefined;
  const found = s1.indexOf(s2);
  return found < 0 ? undefined : s1.slice(found);
}

export function collect(task: Task, hdr: HeaderRef, sep: string | undefined): void {
  if (isStored(task, hdr)) throw new VclFailure("std.collect(): header argument cannot be used here");
  hdr.list.collect(hdr.lower, sep === undefined || sep === "" ? ", " : sep);
}

/** Headers of a stored object belong to every request that hits it. */
function isStored(task: Task, { list }: HeaderRef): boolean {
  if (task.method !== "vcl_hit" && task.method !== "vcl_deliver") return false;
  return "obj" in task && (task.obj as { http?: unknown } | undefined)?.http === list;
}

export function querysort(_task: Task, url: string | undefined): string | undefined {
  const question = url?.indexOf("?") ?? -1;
  if (url === undefined || question < 0 || !url.includes("&", question)) return url;
  const parameters = url.slice(question + 1).split("&");
  return (
    url.slice(0, question + 1) +
    parameters
      .filter((text) => text !== "")
      .sort(comparePrefix)
      .join("&")
  );
}

/** Over the common length only: a parameter that begins another is its equal, and the sort leaves both where they are. */
function comparePrefix(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  const [left, right] = [a.slice(0, length), b.slice(0, length)];
  return left < right ? -1 : left > right ? 1 : 0;
}

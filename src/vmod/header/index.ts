import { header, VclFailure } from "../../runtime/index.js";
import type { Bereq, Beresp, HeaderRef, Regex, Req, Resp, Task } from "../../runtime/index.js";
import { isHeaderName, isHeaderValue } from "../../runtime/http/header-names.js";

type Message = Req | Bereq | Beresp | Resp;

/** The header VMOD; header.vcc says what each function does. */
export function append(_task: Task, { list, name }: HeaderRef, value: string | undefined): void {
  if (name === "") return;
  const text = (value ?? "").replace(/^[ \t]+/, "");
  if (!isHeaderName(name) || !isHeaderValue(text)) throw new VclFailure(`Bad header ${name}: ${text}`);
  list.add(name, text);
}

export function copy(task: Task, from: HeaderRef, to: HeaderRef): void {
  for (const value of from.list.all(from.lower)) append(task, to, value);
}

export function get(_task: Task, { list, lower }: HeaderRef, regex: Regex): string | undefined {
  return list.all(lower).find((value) => value !== "" && regex.matches(value));
}

export function remove(_task: Task, { list, lower }: HeaderRef, regex: Regex): void {
  list.unsetValues(lower, (value) => value !== "" && regex.matches(value));
}

export function regsub(
  _task: Task,
  { http }: Message,
  regex: Regex,
  sub: string | undefined,
  all: boolean,
): void {
  http.rewrite((line) => (all ? regex.replaceAll(line, sub) : regex.replace(line, sub)));
}

export function dyn(_task: Task, { http }: Message, name: string | undefined): HeaderRef {
  return header(http, (name ?? "").replace(/:.*/s, ""));
}

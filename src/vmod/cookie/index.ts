import type { Priv, Regex, Task } from "../../runtime/index.js";
import { timeToString } from "../../runtime/values/time.js";

/** The cookies of a task, in the order of the header. */
type Cookies = Map<string, string>;

function cookiesOf(priv: Priv): Cookies {
  return (priv.value ??= new Map<string, string>()) as Cookies;
}

/** The cookie VMOD; cookie.vcc says what each function does. */
export function clean(_task: Task, priv: Priv): void {
  cookiesOf(priv).clear();
}

function delete_(_task: Task, priv: Priv, cookiename: string | undefined): void {
  cookiesOf(priv).delete(cookiename ?? "");
}
export { delete_ as delete };

export function filter(_task: Task, priv: Priv, filterstring: string | undefined): void {
  const cookies = cookiesOf(priv);
  for (const name of listed(filterstring)) cookies.delete(name);
}

export function filter_re(_task: Task, priv: Priv, expression: Regex): void {
  removeWhere(cookiesOf(priv), (name) => expression.matches(name));
}

export function keep(_task: Task, priv: Priv, filterstring: string | undefined): void {
  const names = listed(filterstring);
  removeWhere(cookiesOf(priv), (name) => !names.includes(name));
}

export function keep_re(_task: Task, priv: Priv, expression: Regex): void {
  removeWhere(cookiesOf(priv), (name) => !expression.matches(name));
}

/** The names in a list; blanks in front of a name do not count, those behind it do. */
function listed(names: string | undefined): readonly string[] {
  if (names === undefined) return [];
  return names
    .split(",")
    .map((name) => name.replace(/^[ \t-\r]+/, ""))
    .filter((name) => name !== "");
}

function removeWhere(cookies: Cookies, condition: (name: string) => boolean): void {
  for (const name of cookies.keys()) {
    if (condition(name)) cookies.delete(name);
  }
}

export function format_date(_task: Task, now: number, timedelta: number): string {
  return timeToString(now + timedelta);
}

export function get(_task: Task, priv: Priv, cookiename: string | undefined): string | undefined {
  return cookiesOf(priv).get(cookiename ?? "");
}

export function get_re(_task: Task, priv: Priv, expression: Regex): string | undefined {
  for (const [name, value] of cookiesOf(priv)) {
    if (expression.matches(name)) return value;
  }
  return undefined;
}

export function get_string(_task: Task, priv: Priv): string {
  let text = "";
  for (const [name, value] of cookiesOf(priv)) text += `${text === "" ? "" : "; "}${name}=${value}`;
  return text;
}

export function isset(_task: Task, priv: Priv, cookiename: string | undefined): boolean {
  return cookiesOf(priv).has(cookiename ?? "");
}

export function parse(task: Task, priv: Priv, cookieheader: string | undefined): void {
  if (cookieheader === undefined || cookieheader === "") return;
  cookiesOf(priv).clear();
  for (let start = 0; start < cookieheader.length;) {
    while (isBlank(cookieheader.charCodeAt(start))) start++;
    // A name goes up to the next `=`, also over semicolons: what has no value becomes part of the next cookie's name.
    const equals = cookieheader.indexOf("=", start);
    if (equals < 0) return;
    const semicolon = cookieheader.indexOf(";", equals);
    const end = semicolon < 0 ? cookieheader.length : semicolon;
    set(task, priv, cookieheader.slice(start, equals), cookieheader.slice(equals + 1, end));
    start = end + 1;
  }
}

function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

export function set(
  _task: Task,
  priv: Priv,
  cookiename: string | undefined,
  value: string | undefined,
): void {
  if (cookiename === undefined || cookiename === "" || value === undefined || value === "") return;
  cookiesOf(priv).set(cookiename, value);
}

interface Cookie {
  readonly value: string;
  readonly path: string;
  /** Seconds since the epoch. */
  readonly expires: number;
}

/** The cookies of one client of one site (RFC 6265): names, paths and ends of life; domains and schemes say nothing in a test. */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>();

  /** Takes what a response's Set-Cookie says. */
  store(setCookie: string, url: string, now: number): void {
    const [pair = "", ...attributes] = setCookie.split(";").map((part) => part.trim());
    const equals = pair.indexOf("=");
    if (equals <= 0) return;
    const given = new Map(attributes.map((attribute) => splitAt(attribute, "=")));
    const path = given.get("path");
    const name = pair.slice(0, equals);
    const cookie = {
      value: pair.slice(equals + 1).replace(/^"(.*)"$/, "$1"),
      path: path?.startsWith("/") === true ? path : defaultPath(url),
      expires: endOf(given, now),
    };
    if (cookie.expires <= now) this.#cookies.delete(name);
    else this.#cookies.set(name, cookie);
  }

  /** The cookies that a request to this URL takes along. */
  for(url: string, now: number): ReadonlyMap<string, string> {
    const [path = "/"] = url.split("?");
    const fits = ({ path: prefix, expires }: Cookie): boolean =>
      expires > now &&
      (path === prefix || (path.startsWith(prefix) && (prefix.endsWith("/") || path[prefix.length] === "/")));
    return new Map(
      [...this.#cookies].filter(([, cookie]) => fits(cookie)).map(([name, { value }]) => [name, value]),
    );
  }
}

function splitAt(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  const name = at < 0 ? text : text.slice(0, at);
  return [name.trim().toLowerCase(), at < 0 ? "" : text.slice(at + 1).trim()];
}

function defaultPath(url: string): string {
  const [path = "/"] = url.split("?");
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

function endOf(attributes: ReadonlyMap<string, string>, now: number): number {
  const age = attributes.get("max-age");
  if (age !== undefined && /^-?\d+$/.test(age)) return now + Number(age);
  const date = Date.parse(attributes.get("expires") ?? "");
  return Number.isNaN(date) ? Infinity : date / 1000;
}

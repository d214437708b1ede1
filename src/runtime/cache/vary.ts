import { lowerName } from "../http/index.js";
import type { HeaderList } from "../http/header-list.js";

/** Which request headers a response depends on, and what they were when it was fetched. */
export interface VarySpec {
  /** In lower case. */
  readonly names: readonly string[];
  /** Trimmed; undefined: the header was not there. */
  readonly values: readonly (string | undefined)[];
}

/** Bytes of a name that Vary may list, as in Varnish. */
const longestName = 127;

/**
 * Reads a Vary header against the request it answers. A text says what is wrong with it, in Varnish's words, and makes the object uncacheable;
 * undefined: it varies on nothing. Names may have any bytes, as in Varnish: one that no header has is the same in all requests.
 */
export function makeVary(vary: string | undefined, request: HeaderList): VarySpec | string | undefined {
  if (vary === undefined) return undefined;
  const elements = vary.split(",").map((element) => element.replace(/^[ \t]+|[ \t]+$/g, ""));
  const names = elements.filter((element) => element !== "").map(lowerName);
  if (names.length === 0) return undefined;
  if (names.some((name) => name.length > longestName)) return "Vary header name length exceeded";
  if (names.some((name) => /[ \t]/.test(name))) return "Malformed Vary header";
  // `*` is not for the cache to decide: the built-in VCL makes such a response uncacheable.
  return varyOf(
    names.filter((name) => name !== "*"),
    request,
  );
}

/** The same dependencies, with another request's values. */
export function varyOf(names: readonly string[], request: HeaderList): VarySpec {
  return { names, values: names.map((name) => trimmed(request.get(name))) };
}

/**
 * Whether a request would get the same response: byte by byte, and missing differs from empty. Where http_gzip_support is on (`sharesEncodings`),
 * Accept-Encoding makes no difference: what is stored is packed or unpacked for each.
 */
export function varyMatches(spec: VarySpec, request: HeaderList, sharesEncodings: boolean): boolean {
  for (let i = 0; i < spec.names.length; i++) {
    if (sharesEncodings && spec.names[i] === "accept-encoding") continue;
    if (trimmed(request.get(spec.names[i] as string)) !== spec.values[i]) return false;
  }
  return true;
}

function trimmed(value: string | undefined): string | undefined {
  return value?.replace(/^[ \t]+|[ \t]+$/g, "");
}

/** Where an include leads. */
export interface IncludeTarget {
  /** undefined: the Host of the parent's request. */
  readonly host: string | undefined;
  readonly url: string;
}

const entities: Readonly<Record<string, string>> = {
  "&apos;": "'",
  "&quot;": '"',
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
};

/** The five entities of XML, replaced once; nothing else, numbers neither. */
function withoutEntities(text: string): string {
  return text.replace(/&(?:apos|quot|lt|gt|amp);/g, (entity) => entities[entity] as string);
}

/**
 * Makes Host and URL of an include from its `src` attribute and the URL of the parent's fetch. Schemes are read in lower case only; `//` begins a
 * path; anything that begins otherwise is relative to the parent's directory, without a look at `..`. Undefined: an absolute address without a path.
 */
export function includeTarget(src: string, parentUrl: string): IncludeTarget | undefined {
  const scheme = isAbsolute(src);
  if (scheme > 0) {
    const slash = src.indexOf("/", scheme);
    if (slash < 0) return undefined;
    return { host: src.slice(scheme, slash), url: withoutEntities(src.slice(slash)) };
  }
  const path = withoutEntities(src);
  return { host: undefined, url: src.startsWith("/") ? path : `${directoryOf(parentUrl)}/${path}` };
}

/** Length of the scheme; 0: relative. */
function isAbsolute(src: string): number {
  if (isHttps(src)) return "https://".length;
  return src.startsWith("http://") && src.length > "http://".length ? "http://".length : 0;
}

export function isHttps(src: string): boolean {
  return src.startsWith("https://") && src.length > "https://".length;
}

/** A URL up to its last `/`, the query not counted. */
function directoryOf(url: string): string {
  const query = url.indexOf("?");
  const path = query < 0 ? url : url.slice(0, query);
  const slash = path.lastIndexOf("/");
  return slash < 0 ? path : path.slice(0, slash);
}

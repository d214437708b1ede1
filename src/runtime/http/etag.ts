/** Whether an entity tag is weak (`W/"…"`). */
function isWeakEtag(etag: string): boolean {
  return etag.startsWith("W/");
}

/** Compares two entity tags: `strong` needs both unmarked, otherwise the mark is ignored (RFC 9110 section 8.8.3.2). */
export function etagsMatch(a: string, b: string, strong = false): boolean {
  if (strong) return a === b && !isWeakEtag(a);
  return opaqueTag(a) === opaqueTag(b);
}

function opaqueTag(etag: string): string {
  return isWeakEtag(etag) ? etag.slice(2) : etag;
}

/** Whether an If-None-Match value, a list of entity tags or `*`, covers the entity tag. */
export function ifNoneMatchCovers(value: string, etag: string, strong = false): boolean {
  if (value.trim() === "*") return true;
  const tags = value.match(/(?:W\/)?"[^"]*"|[^\s,]+/g) ?? [];
  return tags.some((tag) => etagsMatch(tag, etag, strong));
}

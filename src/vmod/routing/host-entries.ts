/** Where the hosts of a file stand in its text, so that each can be read for itself. */
export interface HostEntries {
  readonly form: "json" | "yaml";
  /** The file without its hosts. */
  readonly rest: string;
  /** Of each host in turn where its key and its routes begin and end. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** JSON's own parser takes the last of two keys that are the same: how many there must be in each host. None for YAML, whose parser refuses them. */
  readonly keyCounts?: readonly number[];
}

/**
 * Finds the hosts of a file by its brackets, or by the columns where its lines begin, without reading it. Undefined where that is not plain: whoever asks
 * reads the file as a whole then. What is found counts only if each of the parts reads well for itself, as a map of one host: then the whole says the same.
 */
export function hostEntriesOf(text: string): HostEntries | undefined {
  return /^\s*\{/.test(text) ? jsonHosts(text) : yamlHosts(text);
}

/** The text of one host, as a file of its own. */
export function hostText(form: HostEntries["form"], text: string): string {
  return form === "json" ? `{${text}}` : text;
}

function jsonHosts(text: string): HostEntries | undefined {
  const starts: number[] = [];
  const ends: number[] = [];
  const keyCounts: number[] = [];
  let depth = 0;
  let lastString = 0;
  let bodyStart = 0;
  let bodyEnd = 0;
  let start = 0;
  let keys = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      lastString = at;
      at = endOfString(text, at);
      if (at < 0) return undefined;
    } else if (code === 0x3a) {
      keys += 1;
      if (depth === 1 && text.startsWith('"hosts"', lastString)) {
        const brace = afterBlanks(text, at + 1);
        if (text.charCodeAt(brace) !== 0x7b || bodyStart > 0) return undefined;
        at = brace;
        depth = 2;
        start = bodyStart = brace + 1;
        keys = 0;
      }
    } else if (code === 0x7b || code === 0x5b) depth += 1;
    else if (code === 0x7d || code === 0x5d || code === 0x2c) {
      if (depth === 2 && bodyStart > 0 && bodyEnd === 0) {
        starts.push(start);
        ends.push(at);
        keyCounts.push(keys);
        start = at + 1;
        keys = 0;
        if (code !== 0x2c) bodyEnd = at;
      }
      if (code !== 0x2c) depth -= 1;
    }
  }
  if (bodyEnd === 0 || depth !== 0) return undefined;
  const rest = text.slice(0, bodyStart) + text.slice(bodyEnd);
  if (!isJson(rest)) return undefined;
  const isEmpty = starts.length === 1 && afterBlanks(text, bodyStart) === bodyEnd;
  return isEmpty
    ? { form: "json", rest, starts: [], ends: [], keyCounts: [] }
    : { form: "json", rest, starts, ends, keyCounts };
}

/** Where a string that begins at a quote ends; -1 if nowhere. */
function endOfString(text: string, quote: number): number {
  for (let end = text.indexOf('"', quote + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return -1;
}

function afterBlanks(text: string, at: number): number {
  let end = at;
  while (" \t\r\n".includes(text.charAt(end)) && end < text.length) end += 1;
  return end;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const hostsLine = /(?:^|\n)hosts:[ \t]*\r?\n/;

function yamlHosts(text: string): HostEntries | undefined {
  const head = hostsLine.exec(text);
  if (!head) return undefined;
  const bodyStart = head.index + head[0].length;
  const starts: number[] = [];
  let hostColumn = 0;
  let bodyEnd = text.length;
  for (let at = bodyStart, next = at; at < text.length; at = next) {
    next = text.indexOf("\n", at) + 1 || text.length;
    let begin = at;
    while (text.charCodeAt(begin) === 0x20) begin += 1;
    const code = text.charCodeAt(begin);
    if (begin >= next || code === 0x0a || code === 0x0d || code === 0x23) continue;
    const column = begin - at;
    if (column === 0) {
      bodyEnd = at;
      break;
    }
    hostColumn ||= column;
    if (column < hostColumn || code === 0x09) return undefined;
    // A dash in the column of its host belongs to that host.
    if (column === hostColumn && !(code === 0x2d && text.charCodeAt(begin + 1) <= 0x20)) starts.push(at);
  }
  const ends = starts.map((_, at) => starts[at + 1] ?? bodyEnd);
  const rest = `${text.slice(0, bodyStart).trimEnd()} {}\n${text.slice(bodyEnd)}`;
  return { form: "yaml", rest, starts, ends };
}

/** The status of a reply (vcl-lifecycle 6.3). */
export const status = {
  syntax: 100,
  unknown: 101,
  unimplemented: 102,
  tooFew: 104,
  tooMany: 105,
  parameter: 106,
  authentication: 107,
  ok: 200,
  truncated: 201,
  cannot: 300,
  close: 500,
} as const;

export type Status = (typeof status)[keyof typeof status];

/** What a command answers with. */
export interface Reply {
  readonly status: Status;
  readonly body: string;
}

export function ok(body = ""): Reply {
  return { status: status.ok, body };
}

/** The reply as it goes over the wire: 13 bytes of status and length, the body, a line feed. A body longer than `limit` is cut. */
export function formatReply(reply: Reply, limit = 64 * 1024): string {
  const cut = reply.body.length > limit;
  const body = cut ? reply.body.slice(0, limit) : reply.body;
  const code = cut && reply.status === status.ok ? status.truncated : reply.status;
  return `${String(code).padEnd(3)} ${String(body.length).padEnd(8)}\n${body}\n`;
}

/** A list with `-j`: version of the form, the request, the time, then the items (vcl-lifecycle 7). */
export function jsonReply(
  version: number,
  words: readonly string[],
  time: number,
  items: readonly unknown[],
): Reply {
  const parts = items.map((item) => jsonText(item).replaceAll("\n", "\n  "));
  const head = `[ ${version}, ${jsonWords(words)}, ${time.toFixed(3)}`;
  return ok(`${head}${parts.map((part) => `,\n  ${part}`).join("")}\n]\n`);
}

/** JSON with big integers as the numbers that they are. */
function jsonText(item: unknown): string {
  const mark = "\0";
  return JSON.stringify(
    item,
    (_, value: unknown) => (typeof value === "bigint" ? `${mark}${value}${mark}` : value),
    2,
  ).replace(/"\\u0000(\d+)\\u0000"/g, "$1");
}

function jsonWords(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;
}

/** Rows in columns as wide as their widest cell; three spaces between, none at the end. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => cell.padEnd(widths[at] as number))
      .join("   ")
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join("");
}

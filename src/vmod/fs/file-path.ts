/** What a URL asks for, or the status that says why it is nothing. */
export type WantedFile =
  | {
      /** Names from the root down, as bytes (one per code unit); none for the root itself. */
      readonly segments: readonly string[];
      /** The URL ends in a slash: a folder is meant. */
      readonly isFolder: boolean;
    }
  | { readonly status: 400 | 404 };

/** The one name with a dot that is for everybody (RFC 8615). */
const wellKnown = ".well-known";

/** Reads the path of a URL: without query, decoded, `.` and `..` resolved as RFC 3986 section 5.2.4 has it. Above the root there is nothing. */
export function wantedFile(url: string, showsHidden: boolean): WantedFile {
  const path = decoded(url.replace(/[?#].*$/s, ""));
  if (path === undefined || !path.startsWith("/") || path.includes("\0")) return { status: 400 };
  const segments: string[] = [];
  const names = path.slice(1).split("/");
  for (const name of names) {
    if (name === "" || name === ".") continue;
    if (name !== "..") segments.push(name);
    else if (segments.pop() === undefined) return { status: 400 };
  }
  const isHidden = segments.some((name) => name.startsWith(".") && name !== wellKnown);
  if (isHidden && !showsHidden) return { status: 404 };
  return { segments, isFolder: ["", ".", ".."].includes(names.at(-1) as string) };
}

/** Undefined where a percent sign is not followed by two hexadecimal digits. */
function decoded(text: string): string | undefined {
  if (/%(?![\da-f]{2})/i.test(text)) return undefined;
  return text.replaceAll(/%([\da-f]{2})/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}

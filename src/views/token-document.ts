import type { TokenStream } from "../lexer/include.js";
import { spanOf } from "../lexer/token-span.js";
import type { SourceFile } from "../source/source-file.js";
import { Places, type ViewFile, type ViewOptions, type ViewSpan } from "./places.js";

/** A token as JSON. */
export interface TokenJson extends ViewSpan {
  /** The lexer's name for it: `Identifier`, `Set`, `ShortString`, `LCurly` … */
  readonly type: string;
  /** As written, one code unit for each byte. */
  readonly text: string;
}

/** The tokens of a program, includes expanded, without white space and comments: what `vclc compile --emit tokens` writes. */
export interface TokenDocument {
  readonly format: "vclc-tokens";
  readonly version: 1;
  readonly files: readonly ViewFile[];
  readonly tokens: readonly TokenJson[];
}

/** Makes the document of a program's tokens: reads the stream to its end. */
export function tokenDocument(
  main: SourceFile,
  stream: TokenStream,
  options: ViewOptions = {},
): TokenDocument {
  const places = new Places(main, options);
  const tokens: TokenJson[] = [];
  readAll(stream, places, (token) => tokens.push(token));
  return { ...head(places), tokens };
}

/** The text of `tokenLines` line by line, without the list of tokens: one stream tells which files there are, another of the same source is printed. */
export function printTokens(
  main: SourceFile,
  streams: readonly [TokenStream, TokenStream],
  options: ViewOptions,
  write: (line: string) => void,
): void {
  const [first, second] = streams;
  const places = new Places(main, options);
  readAll(first, places, () => undefined);
  write(lineOf(head(places)));
  readAll(second, new Places(main, options), (token) => write(lineOf(token)));
}

function head({ files }: Places): Omit<TokenDocument, "tokens"> {
  return { format: "vclc-tokens", version: 1, files };
}

function readAll(stream: TokenStream, places: Places, found: (token: TokenJson) => void): void {
  for (let token = stream.next(); token; token = stream.next()) {
    found({ type: token.tokenType.name, text: token.image, ...places.span(spanOf(token)) });
  }
}

function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** JSON Lines: the first line says what it is and which files there are, then comes one line for each token. */
export function tokenLines({ tokens, ...first }: TokenDocument): string {
  return [first, ...tokens].map(lineOf).join("");
}

import { CommandSyntaxError, hereToken, splitCommand, withText } from "./words.js";

/** A request of a session: its words, or why they cannot be read. */
export type Request = { readonly words: readonly string[] } | { readonly syntaxError: string };

/** Characters of one request, with its here-document; more ends the session. */
const maxRequest = 4 * 1024 * 1024;
/** What a line may have before the session is authenticated; the rest of it is dropped. */
const maxStrangersLine = 80;

/** Cuts what a client sends into requests, however it arrives. */
export class CommandStream {
  /** Set once the client has proved itself: long lines and here-documents are taken from then on. */
  trusted = false;
  /** More came for one request than anyone means; the session must end. */
  overflowed = false;
  #pending = "";
  /** Where the search for the end of the line goes on. */
  #searched = 0;
  #text: { readonly words: readonly string[]; readonly token: string; readonly lines: string[] } | undefined;
  #size = 0;

  /** Takes what came, as bytes. */
  push(text: string): void {
    this.#pending += text;
    if (!this.trusted && this.#pending.length > maxStrangersLine && !/[\r\n]/.test(this.#pending)) {
      this.#pending = this.#pending.slice(0, maxStrangersLine);
    }
    this.#checkSize();
  }

  /** The next whole request, or undefined when it has not come yet. Empty lines are none. */
  next(): Request | undefined {
    for (let line = this.#line(); line !== undefined; line = this.#line()) {
      const request = this.#text ? this.#textLine(line) : this.#request(line);
      if (request) return request;
    }
    return undefined;
  }

  #line(): string | undefined {
    if (this.overflowed) return undefined;
    // A text's lines end with a line feed only; a request's with either.
    const end = this.#text ? this.#pending.indexOf("\n", this.#searched) : this.#lineEnd();
    if (end < 0) {
      this.#searched = this.#pending.length;
      return undefined;
    }
    const line = this.#pending.slice(0, end);
    this.#pending = this.#pending.slice(end + 1);
    this.#searched = 0;
    return line;
  }

  #lineEnd(): number {
    for (let at = this.#searched; at < this.#pending.length; at++) {
      const char = this.#pending.charAt(at);
      if (char === "\n" || char === "\r") return at;
    }
    return -1;
  }

  #request(line: string): Request | undefined {
    const content = this.trusted ? line : line.slice(0, maxStrangersLine);
    if (/^\s*$/.test(content)) return undefined;
    try {
      const words = splitCommand(content.replace(/^\s*-/, ""));
      const token = this.trusted ? hereToken(words) : undefined;
      if (token === undefined) return { words };
      this.#size = 0;
      this.#text = { words, token, lines: [] };
      return undefined;
    } catch (error) {
      if (error instanceof CommandSyntaxError) return { syntaxError: error.message };
      throw error;
    }
  }

  #textLine(line: string): Request | undefined {
    const text = this.#text;
    const content = line.replace(/\r$/, "");
    if (!text) return undefined;
    if (content === text.token) {
      this.#text = undefined;
      return { words: withText(text.words, text.lines) };
    }
    text.lines.push(content);
    this.#size += content.length + 1;
    this.#checkSize();
    return undefined;
  }

  #checkSize(): void {
    const held = this.#pending.length + (this.#text ? this.#size : 0);
    if (held > maxRequest) {
      this.overflowed = true;
      this.#pending = "";
      this.#text = undefined;
    }
  }
}

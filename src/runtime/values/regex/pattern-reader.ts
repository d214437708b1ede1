/** What stops a translation: a mistake in the pattern, or something JavaScript has no equal for. Caught in `translateRegex`. */
export class PatternProblem extends Error {
  readonly kind: "error" | "unsupported";
  readonly offset: number;

  constructor(kind: "error" | "unsupported", offset: number, message: string) {
    super(message);
    this.kind = kind;
    this.offset = offset;
  }
}

/** The options that `(?…)` switches. */
export interface Options {
  readonly caseless: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  /** 1: `x`, 2: `xx`. */
  readonly extended: 0 | 1 | 2;
  readonly noAutoCapture: boolean;
  readonly ungreedy: boolean;
}

export const noOptions: Options = {
  caseless: false,
  multiline: false,
  dotAll: false,
  extended: 0,
  noAutoCapture: false,
  ungreedy: false,
};

/** A cursor over a pattern. */
export class PatternReader {
  readonly text: string;
  position = 0;
  /** Between `\Q` and `\E`. */
  quoting = false;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.position >= this.text.length;
  }

  peek(): string {
    return this.text.charAt(this.position);
  }

  next(): string {
    return this.text.charAt(this.position++);
  }

  at(text: string): boolean {
    return this.text.startsWith(text, this.position);
  }

  /** Steps over a text if it stands here. */
  take(text: string): boolean {
    if (!this.at(text)) return false;
    this.position += text.length;
    return true;
  }

  /** Steps over what a sticky expression matches here. */
  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    if (match) this.position += match[0].length;
    return match;
  }

  /** PCRE2's message for a mistake. */
  fail(message: string, offset = this.position): never {
    throw new PatternProblem("error", offset, message);
  }

  unsupported(what: string, offset = this.position): never {
    throw new PatternProblem("unsupported", offset, what);
  }

  /** Steps over what stands for nothing: `\E`, empty quotes, comments and, in extended mode, white space. */
  skipIgnored(options: Options): void {
    const char = this.peek();
    if (options.extended === 0 && char !== "\\" && char !== "(") return;
    for (;;) {
      if (this.quoting) {
        if (!this.take("\\E")) return;
        this.quoting = false;
      } else if (this.take("\\E") || this.take("\\Q\\E")) {
        continue;
      } else if (this.at("(?#")) {
        const end = this.text.indexOf(")", this.position);
        if (end < 0) this.fail("missing ) after (?# comment", this.text.length);
        this.position = end + 1;
      } else if (options.extended === 0 || !this.match(/[\t\n\v\f\r ]+|#[^\n]*\n?/y)) {
        return;
      }
    }
  }
}

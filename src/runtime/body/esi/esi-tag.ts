import type { EsiEvent, EsiFeatures } from "./esi-event.js";
import { more } from "./esi-event.js";
import { includeTarget, isHttps } from "./esi-include.js";
import { esiProblems, type EsiProblem } from "./esi-problems.js";
import {
  attributeWords,
  elementWords,
  isBlank,
  isNamePart,
  isNameStart,
  isWhite,
  wordAt,
} from "./esi-words.js";

type Step = "element" | "inside" | "attribute" | "skip attribute" | "delimiter" | "value" | "bad";

const blank = 0x20;
const greater = 0x3e;
const slash = 0x2f;
const equals = 0x3d;

/** Reads ESI tags, from behind `<esi:` or `</esi:` to their `>`, one after the other, and does what they say. */
export class EsiTag {
  /** Between `<esi:remove>` and its end tag. */
  removing = false;
  /** Its `>` has been read. */
  over = false;
  private readonly url: string;
  private readonly features: EsiFeatures;
  private readonly tell: (event: EsiEvent) => void;
  private step: Step = "element";
  private isEndTag = false;
  private isEmptyTag = false;
  /** Stays for the next tag, as in Varnish: only `/` takes it back. */
  private mayHaveAttribute = false;
  private element: "include" | "remove" | "comment" = "comment";
  private attribute: "src" | "onerror" | undefined;
  private delimiter = 0;
  private value = "";
  /** Stays for the next include where a tag turned out to be wrong behind it, as in Varnish. */
  private src: string | undefined;
  private continues = false;

  constructor(url: string, features: EsiFeatures, tell: (event: EsiEvent) => void) {
    this.url = url;
    this.features = features;
    this.tell = tell;
  }

  /** A tag begins. */
  begin(isEndTag: boolean): void {
    this.isEndTag = isEndTag;
    this.isEmptyTag = this.over = this.continues = false;
    this.step = "element";
  }

  /** Reads on; answers how far, or `more`. */
  read(bytes: Uint8Array, at: number): number {
    return this.steps[this.step](bytes, at);
  }

  private readonly steps: Readonly<Record<Step, (bytes: Uint8Array, at: number) => number>> = {
    element: (bytes, at) => this.elementName(bytes, at),
    inside: (bytes, at) => this.inside(bytes, at),
    attribute: (bytes, at) => this.attributeName(bytes, at),
    "skip attribute": (bytes, at) => this.skipAttribute(bytes, at),
    delimiter: (bytes, at) => this.valueDelimiter(bytes, at),
    value: (bytes, at) => this.attributeValue(bytes, at),
    bad: (bytes, at) => this.bad(bytes, at),
  };

  private report(problem: EsiProblem): void {
    this.tell({ kind: "problem", problem });
  }

  /** The tag is wrong: it goes, up to the next `>`. */
  private fail(problem: EsiProblem): void {
    this.report(problem);
    this.step = "bad";
  }

  private bad(bytes: Uint8Array, at: number): number {
    const end = bytes.indexOf(greater, at);
    this.over = end >= 0;
    return end < 0 ? bytes.length : end + 1;
  }

  private elementName(bytes: Uint8Array, at: number): number {
    const word = wordAt(elementWords, bytes, at);
    if (word === "more") return more;
    const problem = word ? this.elementProblem(word.means) : esiProblems.unknownElement;
    if (problem) this.fail(problem);
    else this.step = "inside";
    if (!word) return at;
    this.element = word.means;
    return at + word.text.length;
  }

  private elementProblem(element: "include" | "remove" | "comment"): EsiProblem | undefined {
    if (element === "remove") return undefined;
    const isInclude = element === "include";
    if (this.removing) return isInclude ? esiProblems.includeInRemove : esiProblems.commentInRemove;
    if (!this.isEndTag) return undefined;
    return isInclude ? esiProblems.includeEndTag : esiProblems.commentEndTag;
  }

  private inside(bytes: Uint8Array, at: number): number {
    const next = this.isEmptyTag ? at : this.blanksAndSlash(bytes, at);
    if (next === bytes.length) return next;
    const byte = bytes[next] as number;
    if (byte === greater) {
      this.over = true;
      return next + 1;
    }
    if (this.isEmptyTag) this.fail(esiProblems.slashInTag);
    else if (this.mayHaveAttribute && isNameStart(byte)) this.step = "attribute";
    else this.fail(esiProblems.attributeStart);
    return next;
  }

  private blanksAndSlash(bytes: Uint8Array, at: number): number {
    let next = at;
    while (next < bytes.length && isWhite(bytes[next] as number)) {
      next++;
      this.mayHaveAttribute = true;
    }
    if (bytes[next] !== slash) return next;
    this.isEmptyTag = true;
    this.mayHaveAttribute = false;
    return next + 1;
  }

  private attributeName(bytes: Uint8Array, at: number): number {
    const word = this.element === "include" ? wordAt(attributeWords, bytes, at) : undefined;
    if (word === "more") return more;
    this.attribute = word?.means;
    this.step = word ? "delimiter" : "skip attribute";
    return at + (word?.text.length ?? 0);
  }

  private skipAttribute(bytes: Uint8Array, at: number): number {
    let next = at;
    while (next < bytes.length && isNamePart(bytes[next] as number)) next++;
    if (next === bytes.length) return next;
    const byte = bytes[next] as number;
    if (byte === equals) {
      this.step = "delimiter";
      return next + 1;
    }
    if (byte === greater || byte === slash || isBlank(byte)) this.step = "inside";
    else this.fail(esiProblems.attributeName);
    return next;
  }

  private valueDelimiter(bytes: Uint8Array, at: number): number {
    const byte = bytes[at] as number;
    if (isBlank(byte)) {
      this.fail(esiProblems.attributeDelimiter);
      return at;
    }
    this.value = "";
    this.step = "value";
    const quoted = byte === 0x22 || byte === 0x27;
    this.delimiter = quoted ? byte : blank;
    return quoted ? at + 1 : at;
  }

  private attributeValue(bytes: Uint8Array, at: number): number {
    const ends = (byte: number): boolean =>
      byte === greater || byte === this.delimiter || (this.delimiter === blank && isBlank(byte));
    let next = at;
    for (; next < bytes.length && !ends(bytes[next] as number); next++) {
      if (this.attribute) this.value += String.fromCharCode(bytes[next] as number);
    }
    if (next === bytes.length) return next;
    if (bytes[next] === greater) {
      this.fail(esiProblems.attributeEnd);
      return next;
    }
    this.step = "inside";
    this.takeAttribute();
    return next + 1;
  }

  private takeAttribute(): void {
    // A string of C ends at its first NUL.
    const value = this.value.split("\0", 1)[0] as string;
    if (this.attribute === "onerror") this.continues = value === "continue";
    if (this.attribute !== "src") return;
    const known = this.src;
    this.src = undefined;
    if (known !== undefined) this.fail(esiProblems.manySrc);
    else if (/[ \t\r\n]/.test(value)) this.fail(esiProblems.whiteInSrc);
    else this.src = value;
  }

  /** Does what the tag says, once it is over. */
  act(): void {
    if (this.step === "bad") return;
    if (this.element === "include") this.include();
    else if (this.element === "remove") this.remove();
    else if (!this.isEmptyTag) this.report(esiProblems.commentNeedsSlash);
  }

  private remove(): void {
    if (this.isEmptyTag) this.report(esiProblems.emptyRemove);
    else if (this.removing && !this.isEndTag) this.report(esiProblems.removeOpen);
    else if (!this.removing && this.isEndTag) this.report(esiProblems.removeNotOpen);
    else this.removing = !this.isEndTag;
  }

  private include(): void {
    const { src, continues } = this;
    this.src = undefined;
    if (!this.isEmptyTag) this.report(esiProblems.lacksFinalSlash);
    if (src === undefined) {
      this.report(esiProblems.noSrc);
      return;
    }
    if (isHttps(src)) {
      this.report(this.features.esi_ignore_https ? esiProblems.httpsAsHttp : esiProblems.httpsIgnored);
      if (!this.features.esi_ignore_https) return;
    }
    const target = includeTarget(src, this.url);
    if (target) this.tell({ kind: "include", continues, ...target });
    else this.report(esiProblems.badSrc);
  }
}

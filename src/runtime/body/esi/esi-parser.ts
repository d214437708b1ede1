import { joined } from "../gzip-format.js";
import { more, type EsiEvent, type EsiFeatures } from "./esi-event.js";
import { esiProblems, type EsiProblem } from "./esi-problems.js";
import { EsiTag } from "./esi-tag.js";
import { isWhite, orderMark, tagWords, wordAt } from "./esi-words.js";

type State = "start" | "test xml" | "no xml" | "text" | "tag" | "other tag" | "until" | "esi tag";

const less = 0x3c;
const greater = 0x3e;
const commentEnd = [0x2d, 0x2d, greater];
const cdataEnd = [0x5d, 0x5d, greater];
const nothing = new Uint8Array(0);

/**
 * Reads ESI markup as Varnish does, byte by byte, from pieces of any size: how the body is cut makes no difference. It is no XML parser. Tags that are not ESI's go
 * up to the next `>`, whatever is between; end marks are looked for from the byte on after one that did not fit.
 */
export class EsiParser {
  /** An ESI tag, or a whole `<!--esi … -->`, has been seen. */
  found = false;
  private readonly features: EsiFeatures;
  private events: EsiEvent[] = [];
  private state: State = "start";

  /** Bytes that are not decided yet, and where in them reading goes on. */
  private tail: Uint8Array = nothing;
  private resume = 0;
  /** Where in the bytes at hand the undecided ones begin. */
  private mark = 0;
  /** Up to where they are kept, as far as that is known: what follows is still undecided. */
  private kept = 0;
  private lastKind: "keep" | "drop" = "keep";

  /** Inside `<!--esi`, whose end mark goes; how much of that has been seen. */
  private inComment = false;
  private endSeen = 0;
  private untilMark: readonly number[] = commentEnd;
  private untilSeen = 0;

  private readonly esiTag: EsiTag;

  /** `url` is that of the fetch: relative addresses start there. */
  constructor(url: string, features: EsiFeatures) {
    this.features = features;
    this.esiTag = new EsiTag(url, features, (event) => this.events.push(event));
  }

  /** Reads on. */
  parse(chunk: Uint8Array): EsiEvent[] {
    const bytes = joined(this.tail, chunk);
    let at = this.resume;
    this.mark = 0;
    while (at < bytes.length) {
      const next = this.states[this.state](bytes, at);
      if (next === more) break;
      at = next;
    }
    this.settle(bytes, at);
    return this.taken();
  }

  /** The body is over. */
  finish(): EsiEvent[] {
    const open: readonly State[] = ["start", "test xml", "no xml", "text"];
    if (!open.includes(this.state)) this.report(esiProblems.endsInTag);
    this.mark = 0;
    this.emit(this.drops ? "drop" : "keep", this.tail, this.tail.length);
    this.tail = nothing;
    return this.taken();
  }

  /** What is undecided goes. */
  private get drops(): boolean {
    return this.state === "esi tag" || this.esiTag.removing;
  }

  private taken(): EsiEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }

  /** At the end of a piece: what is decided goes out, the rest, a few bytes, waits. */
  private settle(bytes: Uint8Array, at: number): void {
    const open =
      this.state === "tag" ||
      this.state === "start" ||
      (this.state === "text" && this.inComment && this.endSeen > 0);
    if (this.drops) this.emit("drop", bytes, at);
    else this.emit("keep", bytes, open ? Math.max(this.kept, this.mark) : at);
    this.tail = new Uint8Array(bytes.subarray(this.mark));
    this.resume = at - this.mark;
  }

  private emit(kind: "keep" | "drop", bytes: Uint8Array, to: number): void {
    const { kept } = this;
    this.kept = 0;
    if (kind === "drop" && kept > this.mark) this.emit("keep", bytes, kept);
    if (to > this.mark) {
      this.events.push({ kind, bytes: bytes.subarray(this.mark, to) });
      this.lastKind = kind;
    }
    this.mark = to;
  }

  /** What comes from here on is kept, as far as is known. */
  private keepHence(bytes: Uint8Array, at: number): void {
    if (this.esiTag.removing) return;
    if (this.lastKind === "drop") this.emitEnd(bytes, at);
    else this.kept = at;
  }

  /** A dropped stretch is over, even if nothing is kept before the next. */
  private emitEnd(bytes: Uint8Array, at: number): void {
    this.emit("keep", bytes, at);
    if (this.lastKind === "drop") this.events.push({ kind: "keep", bytes: nothing });
    this.lastKind = "keep";
  }

  private report(problem: EsiProblem): void {
    this.events.push({ kind: "problem", problem });
  }

  private readonly states: Readonly<Record<State, (bytes: Uint8Array, at: number) => number>> = {
    start: (bytes, at) => this.start(bytes, at),
    "test xml": (bytes, at) => this.testXml(bytes, at),
    "no xml": (bytes) => bytes.length,
    text: (bytes, at) => this.text(bytes, at),
    tag: (bytes, at) => this.tag(bytes, at),
    "other tag": (bytes, at) => this.otherTag(bytes, at),
    until: (bytes, at) => this.until(bytes, at),
    "esi tag": (bytes, at) => this.readEsiTag(bytes, at),
  };

  private start(bytes: Uint8Array, at: number): number {
    let next = at;
    if (this.features.esi_remove_bom) {
      const word = wordAt(orderMark, bytes, at);
      if (word === "more") return more;
      if (word) next += word.text.length;
    }
    this.emit("drop", bytes, next);
    this.state = this.features.esi_disable_xml_check ? "text" : "test xml";
    return next;
  }

  private testXml(bytes: Uint8Array, at: number): number {
    let next = at;
    while (next < bytes.length && isWhite(bytes[next] as number)) next++;
    this.keepHence(bytes, next);
    if (next === bytes.length) return next;
    if (bytes[next] === less) {
      this.state = "tag";
      return next + 1;
    }
    this.report(bytes[next] === 0xeb ? esiProblems.notXmlButMark : esiProblems.notXml);
    this.state = "no xml";
    return next;
  }

  private text(bytes: Uint8Array, at: number): number {
    const start = bytes.indexOf(less, at);
    const stop = start < 0 ? bytes.length : start;
    if (this.inComment) {
      const end = this.commentText(bytes, at, stop);
      if (end < stop) return end;
    }
    if (start < 0) return stop;
    this.keepHence(bytes, stop);
    this.state = "tag";
    return stop + 1;
  }

  /** Text inside `<!--esi`, which may end before `stop`: answers where. */
  private commentText(bytes: Uint8Array, at: number, stop: number): number {
    for (let i = at; i < stop; i++) {
      if (bytes[i] !== commentEnd[this.endSeen]) {
        this.endSeen = 0;
        continue;
      }
      if (this.endSeen === 0) this.keepHence(bytes, i);
      if (++this.endSeen < commentEnd.length) continue;
      this.found = true;
      this.inComment = false;
      this.endSeen = 0;
      this.emit("drop", bytes, i + 1);
      return i + 1;
    }
    return stop;
  }

  private tag(bytes: Uint8Array, at: number): number {
    const word = wordAt(tagWords, bytes, at);
    if (word === "more") return more;
    if (!word) {
      this.state = "other tag";
      return at;
    }
    const end = at + word.text.length;
    // A body that ends right here keeps its last tag: Varnish begins to act with the byte after.
    if (word.means.startsWith("esi") && end === bytes.length) return more;
    switch (word.means) {
      case "text":
        this.endOther(bytes, end);
        break;
      case "esi comment":
        if (this.esiTag.removing) this.report(esiProblems.esiCommentInRemove);
        this.inComment = true;
        this.endSeen = 0;
        this.emit("drop", bytes, end);
        this.state = "text";
        break;
      case "comment":
        this.inComment = false;
        this.skipUntil(commentEnd);
        break;
      case "cdata":
        this.skipUntil(cdataEnd);
        break;
      case "esi tag":
      case "esi end tag":
        this.esiTag.begin(word.means === "esi end tag");
        this.found = true;
        this.emit("drop", bytes, end);
        this.state = "esi tag";
        break;
    }
    return end;
  }

  private skipUntil(mark: readonly number[]): void {
    this.untilMark = mark;
    this.untilSeen = 0;
    this.state = "until";
  }

  private until(bytes: Uint8Array, at: number): number {
    for (let i = at; i < bytes.length; i++) {
      if (bytes[i] !== this.untilMark[this.untilSeen]) this.untilSeen = 0;
      else if (++this.untilSeen === this.untilMark.length) {
        return this.endOther(bytes, i + 1);
      }
    }
    return bytes.length;
  }

  private otherTag(bytes: Uint8Array, at: number): number {
    if (this.features.esi_ignore_other_elements) return this.endOther(bytes, at + 1);
    const end = bytes.indexOf(greater, at);
    return end < 0 ? bytes.length : this.endOther(bytes, end + 1);
  }

  /**
   * A tag that is not ESI's is over. It stays even where it stands inside the end mark of `<!--esi`: Varnish drops it there, or not, depending on how the
   * body was cut.
   */
  private endOther(bytes: Uint8Array, end: number): number {
    if (this.endSeen > 0) this.keepHence(bytes, end);
    this.state = "text";
    return end;
  }

  private readEsiTag(bytes: Uint8Array, at: number): number {
    const next = this.esiTag.read(bytes, at);
    if (!this.esiTag.over) return next;
    this.emit("drop", bytes, next);
    this.esiTag.act();
    this.state = "text";
    return next;
  }
}

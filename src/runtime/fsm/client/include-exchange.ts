import type { IncludeSegment } from "../../body/esi/esi-program.js";
import type { Exchange, TakenConnection } from "../../exchange.js";
import { HttpHeaders } from "../../http/http-headers.js";
import type { FieldLines } from "../../http/http-headers.js";
import { askForInclude } from "../../http/accept-encoding.js";
import type { Session } from "../../wire/session.js";

/** Fields of the client's request that are about its own body, or about the response as a whole. */
const ownFields: readonly string[] = [
  "accept-encoding",
  "content-length",
  "expect",
  "if-modified-since",
  "if-none-match",
  "range",
  "transfer-encoding",
];

/** The fields that the includes of one page are asked for with: put together once for all that name no host of their own. */
export class IncludeFields {
  private readonly parent: FieldLines;
  private readonly parentIsGzip: boolean;
  private general: FieldLines | undefined;

  /** `parent`: those of the client's request. */
  constructor(parent: FieldLines, parentIsGzip: boolean) {
    this.parent = parent;
    this.parentIsGzip = parentIsGzip;
  }

  /** For an include of that host; undefined: of the page's. */
  of(host: string | undefined): FieldLines {
    if (host !== undefined) return this.make(host);
    return (this.general ??= this.make(undefined));
  }

  private make(host: string | undefined): FieldLines {
    const http = HttpHeaders.from(this.parent);
    http.removeWhere((name) => ownFields.includes(name));
    if (host !== undefined) http.set("Host", host);
    askForInclude(http, this.parentIsGzip);
    return http.fieldLines;
  }
}

/** The request for an ESI include: the client's own, for another URL and without a body. There is nobody to answer: the body goes into the parent's. */
export class IncludeExchange implements Exchange {
  readonly method = "GET";
  readonly proto = "HTTP/1.1";
  readonly url: string;
  readonly fields: FieldLines;
  readonly session: Session;
  readonly body = undefined;
  readonly traffic = { head: 0, body: 0, sentHead: 0, sentBody: 0 };
  private readonly parent: Exchange;
  private readonly failed: () => void;

  /** `failed` is called where the request gets an answer without a body of its own: it could not be put together. */
  constructor(parent: Exchange, { url }: IncludeSegment, fields: FieldLines, failed: () => void) {
    this.parent = parent;
    this.failed = failed;
    this.url = url;
    this.fields = fields;
    this.session = parent.session.forInclude();
  }

  get gone(): boolean {
    return this.parent.gone;
  }

  drainBody(): void {
    // There is none.
  }

  respond(): void {
    this.failed();
  }

  takeOver(): TakenConnection {
    throw new Error("an include has no connection of its own");
  }

  cutOff(): void {
    this.failed();
  }
}

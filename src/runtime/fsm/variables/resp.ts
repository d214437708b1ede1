import { defaultDeliveryFilters } from "../../body/default-filters.js";
import type { RecodedEncoding } from "../../body/compression.js";
import type { StoredBodyFacts } from "../../body/filter-kind.js";
import type { HeaderList } from "../../http/header-list.js";
import type { HttpHeaders } from "../../http/index.js";
import { reasonPhrase } from "../../http/index.js";
import type { Parameters } from "../../parameters.js";
import type { Resp } from "../../task.js";
import { VclFailure } from "../../values/failure.js";
import { checkedStatus, statusLineText } from "./checks.js";
import { SyntheticText } from "./synthetic-body.js";

/** What resp needs of its task. */
export interface RespTask {
  readonly param: Readonly<Parameters>;
  readonly req: { readonly http: HeaderList; readonly esi: boolean };
  /** What the client likes better than gzip, where the parameters allow it. */
  readonly recoding: RecodedEncoding | undefined;
  /** What is known of the body that is delivered. */
  readonly bodyFacts: Readonly<StoredBodyFacts>;
}

/** `resp`: what the client will get. */
export class ResponseVariables extends SyntheticText implements Resp {
  http: HttpHeaders;
  readonly time: number;
  readonly is_streaming: boolean;
  private wireProto = "HTTP/1.1";
  private code: number;
  private phrase: string;
  private readonly task: RespTask;
  private wantsEsi: boolean;
  private filterList: string | undefined;

  constructor(
    task: RespTask,
    http: HttpHeaders,
    status: number,
    reason: string,
    time: number,
    isStreaming: boolean,
  ) {
    super();
    this.task = task;
    this.wantsEsi = task.req.esi;
    this.http = http;
    this.code = status;
    this.phrase = reason;
    this.time = time;
    this.is_streaming = isStreaming;
  }

  get status(): number {
    return this.code;
  }
  set status(value: number) {
    this.code = checkedStatus("resp.status", value, this.http);
    this.phrase = reasonPhrase(value);
  }

  get reason(): string {
    return this.phrase;
  }
  set reason(value: string | undefined) {
    this.phrase = statusLineText("resp.reason", value, this.http, this.phrase);
  }

  get proto(): string {
    return this.wireProto;
  }
  set proto(value: string | undefined) {
    this.wireProto = statusLineText("resp.proto", value, this.http, this.wireProto);
  }

  get do_esi(): boolean {
    this.checkFiltersOpen();
    return this.wantsEsi;
  }
  set do_esi(value: boolean) {
    this.checkFiltersOpen();
    this.wantsEsi = value;
  }

  get filters(): string {
    if (this.filterList !== undefined) return this.filterList;
    const { param, req, bodyFacts, recoding } = this.task;
    return defaultDeliveryFilters({
      hasEsi: bodyFacts.esi !== undefined,
      doEsi: this.wantsEsi,
      isGzip: bodyFacts.isGzip,
      recoding,
      status: this.code,
      acceptEncoding: req.http.get("accept-encoding"),
      hasRange: req.http.get("range") !== undefined,
      gzipSupport: param.http_gzip_support !== 0,
      rangeSupport: param.http_range_support !== 0,
    });
  }
  set filters(value: string | undefined) {
    this.filterList = value ?? "";
  }

  private checkFiltersOpen(): void {
    if (this.filterList !== undefined)
      throw new VclFailure("resp.filters are already fixed, resp.do_esi is undefined");
  }
}

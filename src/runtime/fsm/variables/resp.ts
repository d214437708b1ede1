import type { HttpHeaders } from "../../http/index.js";
import { reasonPhrase } from "../../http/index.js";
import type { Resp } from "../../task.js";
import { VclFailure } from "../../values/failure.js";
import { checkedStatus, lineText, reasonText } from "./checks.js";
import { SyntheticText } from "./synthetic-body.js";

/** `resp`: what the client will get. */
export class ResponseVariables extends SyntheticText implements Resp {
  http: HttpHeaders;
  readonly time: number;
  readonly is_streaming: boolean;
  private wireProto = "HTTP/1.1";
  private code: number;
  private phrase: string;
  private wantsEsi = true;
  private filterList: string | undefined;

  constructor(http: HttpHeaders, status: number, reason: string, time: number, isStreaming: boolean) {
    super();
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
    this.code = checkedStatus("resp.status", value);
    this.phrase = reasonPhrase(value);
  }

  get reason(): string {
    return this.phrase;
  }
  set reason(value: string | undefined) {
    this.phrase = reasonText("resp.reason", value, this.http, this.phrase);
  }

  get proto(): string {
    return this.wireProto;
  }
  set proto(value: string | undefined) {
    this.wireProto = lineText("resp.proto", value, this.http, this.wireProto);
  }

  get do_esi(): boolean {
    this.checkFiltersOpen();
    return this.wantsEsi;
  }
  set do_esi(value: boolean) {
    this.checkFiltersOpen();
    this.wantsEsi = value;
  }

  get filters(): string | undefined {
    return this.filterList ?? "";
  }
  set filters(value: string | undefined) {
    this.filterList = value ?? "";
  }

  private checkFiltersOpen(): void {
    if (this.filterList !== undefined)
      throw new VclFailure("resp.filters are already fixed, resp.do_esi is undefined");
  }
}

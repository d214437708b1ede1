import type { Stevedore } from "../../cache/stevedore.js";
import type { Storages } from "../../cache/storages.js";
import type { Director } from "../../director/director.js";
import { defaultFetchFilters } from "../../body/default-filters.js";
import { HttpHeaders, reasonPhrase } from "../../http/index.js";
import type { Parameters } from "../../parameters.js";
import type { Beresp } from "../../task.js";
import { parseIp, withoutZone, type Ip } from "../../values/ip.js";
import { VclFailure } from "../../values/failure.js";
import type { Freshness } from "../ttl.js";
import { checkedStatus, lineText, nonNegative, statusLineText } from "./checks.js";
import { SyntheticText } from "./synthetic-body.js";

/** What beresp needs of its task: the time, and a place for records. */
export interface BerespTask {
  readonly now: number;
  readonly param: Readonly<Parameters>;
  readonly core: { readonly storages: Storages };
  /** Whether there is a body. */
  readonly hasBody: boolean;
  log(tag: string, text: string): void;
}

/** `beresp`: the backend's response, or the one that vcl_backend_error makes up. */
export class BackendResponseVariables extends SyntheticText implements Beresp {
  http = new HttpHeaders();
  time = 0;
  backend: Director | undefined;
  was_304 = false;
  do_stream = true;
  storage: Stevedore | undefined;
  transit_buffer: number;
  freshness: Freshness = { origin: 0, ttl: 0, grace: 0, keep: 0 };
  readonly filtersOf = { esi: false, gunzip: false, gzip: false };
  private readonly task: BerespTask;
  private code = 0;
  private phrase = "";
  private wireProto = "HTTP/1.1";
  private notCacheable: boolean;
  private filterList: string | undefined;

  constructor(task: BerespTask, uncacheable: boolean, transitBuffer: number) {
    super();
    this.task = task;
    this.notCacheable = uncacheable;
    this.transit_buffer = transitBuffer;
  }

  /** A new first line and new headers; everything else stays. */
  receive(proto: string, status: number, reason: string, http: HttpHeaders): void {
    this.wireProto = proto;
    this.code = status;
    this.phrase = reason;
    this.http = http;
  }

  get status(): number {
    return this.code;
  }
  set status(value: number) {
    this.code = checkedStatus("beresp.status", value, this.http);
    this.phrase = reasonPhrase(value);
  }

  get reason(): string {
    return this.phrase;
  }
  set reason(value: string | undefined) {
    this.phrase = statusLineText("beresp.reason", value, this.http, this.phrase);
  }

  get proto(): string {
    return this.wireProto;
  }
  set proto(value: string | undefined) {
    this.wireProto = lineText("beresp.proto", value, this.http, this.wireProto);
  }

  get age(): number {
    return this.task.now - this.freshness.origin;
  }

  /** Reads and sets what is left; the age counts in. */
  get ttl(): number {
    return nonNegative(this.freshness.ttl) - this.age;
  }
  set ttl(value: number) {
    this.freshness.ttl = nonNegative(value + this.age);
    this.logTimes();
  }

  get grace(): number {
    return nonNegative(this.freshness.grace);
  }
  set grace(value: number) {
    this.freshness.grace = nonNegative(value);
    this.logTimes();
  }

  get keep(): number {
    return nonNegative(this.freshness.keep);
  }
  set keep(value: number) {
    this.freshness.keep = nonNegative(value);
    this.logTimes();
  }

  private logTimes(): void {
    const { ttl, grace, keep, origin } = this.freshness;
    const times = [ttl, grace, keep, origin].map((time) => time.toFixed(0));
    this.task.log("TTL", `VCL ${times.join(" ")} ${this.notCacheable ? "uncacheable" : "cacheable"}`);
  }

  get uncacheable(): boolean {
    return this.notCacheable;
  }
  /** Cannot be taken back. */
  set uncacheable(value: boolean) {
    if (!value && this.notCacheable) {
      this.task.log("VCL_Error", "Ignoring attempt to reset beresp.uncacheable");
      return;
    }
    if (value && !this.notCacheable) {
      this.notCacheable = true;
      this.logTimes();
    }
  }

  get backend_name(): string | undefined {
    return this.backend?.vclName;
  }
  get backend_ip(): Ip | undefined {
    const address = this.backend?.endpoint?.address;
    return address === undefined ? undefined : parseIp(withoutZone(address), this.backend?.endpoint?.port);
  }

  get storage_hint(): string | undefined {
    return this.storage && `storage.${this.storage.name}`;
  }
  /** A name that no storage has changes nothing, as in Varnish. */
  set storage_hint(name: string | undefined) {
    if (name !== undefined) this.storage = this.task.core.storages.find(name) ?? this.storage;
  }

  get do_esi(): boolean {
    return this.filterSwitch("esi");
  }
  set do_esi(value: boolean) {
    this.setFilterSwitch("esi", value);
  }

  get do_gunzip(): boolean {
    return this.filterSwitch("gunzip");
  }
  set do_gunzip(value: boolean) {
    this.setFilterSwitch("gunzip", value);
  }

  get do_gzip(): boolean {
    return this.filterSwitch("gzip");
  }
  set do_gzip(value: boolean) {
    this.setFilterSwitch("gzip", value);
  }

  private filterSwitch(name: "esi" | "gunzip" | "gzip"): boolean {
    this.checkFiltersOpen(name);
    return this.filtersOf[name];
  }

  private setFilterSwitch(name: "esi" | "gunzip" | "gzip", value: boolean): void {
    this.checkFiltersOpen(name);
    this.filtersOf[name] = value;
  }

  private checkFiltersOpen(name: string): void {
    if (this.filterList !== undefined)
      throw new VclFailure(`beresp.filters are already fixed, beresp.do_${name} is undefined`);
  }

  get filters(): string | undefined {
    if (this.filterList !== undefined) return this.filterList;
    const { esi, gzip, gunzip } = this.filtersOf;
    return defaultFetchFilters({
      hasBody: this.task.hasBody,
      contentEncoding: this.http.get("content-encoding"),
      doEsi: esi,
      doGzip: gzip,
      doGunzip: gunzip,
      gzipSupport: this.task.param.http_gzip_support !== 0,
    });
  }
  set filters(value: string | undefined) {
    this.filterList = value ?? "";
  }

  /** What a retry starts anew (state-machine: retry); `uncacheable`, do_gzip and do_gunzip stay. */
  forgetForRetry(): void {
    this.filtersOf.esi = false;
    this.do_stream = true;
    this.was_304 = false;
    this.text = undefined;
    this.filterList = undefined;
  }
}

import { gzipSync } from "node:zlib";
import { nodeCompression } from "../../src/host/node/compression.js";
import { deliveryFilters, fetchFilters } from "../../src/runtime/body/built-in-filters.js";
import { defaultDeliveryFilters, defaultFetchFilters } from "../../src/runtime/body/default-filters.js";
import {
  isGoodInclude,
  type EsiParent,
  type IncludeOutcome,
} from "../../src/runtime/body/esi/esi-delivery.js";
import type { IncludeSegment } from "../../src/runtime/body/esi/esi-program.js";
import { includeOutput, type IncludeOutput } from "../../src/runtime/body/esi/include-output.js";
import { openChain, type FilterChain } from "../../src/runtime/body/filter-chain.js";
import { FilterFailure, type BodyLink, type StoredBodyFacts } from "../../src/runtime/body/filter-kind.js";
import { FilterRegistry, UnknownFilter } from "../../src/runtime/body/filter-registry.js";
import { allowsGzip, askForInclude, washAcceptEncoding } from "../../src/runtime/http/accept-encoding.js";
import { backendRangeProblem } from "../../src/runtime/http/backend-range.js";
import { isNotModified } from "../../src/runtime/http/conditions.js";
import { weakenEtag } from "../../src/runtime/http/encoding-headers.js";
import { HttpHeaders } from "../../src/runtime/http/index.js";
import { Collector, cut, deliveryContext, fetchContext, noFeatures } from "./body-filters.js";
import type { DeliveryVector, VectorRequest, VectorResponse } from "./delivery-vectors.js";

const fetchRegistry = new FilterRegistry("VFP", fetchFilters);
const deliveryRegistry = new FilterRegistry("VDP", deliveryFilters);

/** An object as the cache holds it. */
interface StoredObject {
  readonly http: HttpHeaders;
  readonly status: number;
  readonly chunks: readonly Uint8Array[];
  readonly facts: StoredBodyFacts;
  /** Undefined while a body of unknown length streams. */
  readonly length: number | undefined;
  readonly synthetic: boolean;
  /** Breaks off behind its chunks. */
  readonly broken: boolean;
}

/** What a client gets. */
export interface SiteAnswer {
  readonly status: number;
  readonly http: HttpHeaders;
  readonly body: Buffer;
  readonly length: number | undefined;
  readonly truncated: boolean;
}

/**
 * The filters at work on the small site of a delivery vector, without state machine and sockets: what is fetched goes through fetch filters, what is asked for
 * through delivery filters, includes and all.
 */
export class BodySite {
  /** Paths that were fetched. */
  readonly fetched: string[] = [];
  readonly log: string[] = [];
  private readonly vector: DeliveryVector;
  private readonly features: ReadonlySet<string>;
  private readonly cache = new Map<string, StoredObject>();
  private readonly pieceLength: number;
  private readonly gzipSupport: boolean;

  /** Bodies come in pieces of `pieceLength` bytes. */
  constructor(vector: DeliveryVector, pieceLength: number) {
    this.vector = vector;
    this.pieceLength = pieceLength;
    const features = [vector.params?.feature ?? []].flat();
    this.features = new Set(features.map((name) => name.replace("+", "")));
    this.gzipSupport = vector.params?.http_gzip_support !== "off";
  }

  async get(url: string, headers: VectorRequest["headers"] = {}): Promise<SiteAnswer> {
    const request = fieldsOf(headers);
    if (this.gzipSupport && !url.startsWith("/pass")) washAcceptEncoding(request);
    const out = new Collector();
    let truncated = false;
    const answer = await this.deliver(url, request, 0, () => ({
      tail: out,
      member: undefined,
      leavesOutBroken: false,
    })).catch((problem: unknown) => {
      if (!(problem instanceof Aborted)) throw problem;
      truncated = true;
      return problem;
    });
    return { ...answer, body: out.bytes, truncated };
  }

  private async deliver(
    url: string,
    request: HttpHeaders,
    level: number,
    output: (object: StoredObject, filters: readonly string[]) => IncludeOutput,
  ): Promise<{ readonly status: number; readonly http: HttpHeaders; readonly length: number | undefined }> {
    const object = await this.object(url, request.get("range"));
    const http = object.http.clone();
    if (request.has("x-no-inm")) request.unset("if-none-match");
    if (request.has("x-no-range")) request.unset("range");
    const acceptEncoding = request.get("accept-encoding");
    if (this.gzipSupport && object.facts.isGzip && !allowsGzip(acceptEncoding)) weakenEtag(http);
    const hasEsi = object.facts.esi !== undefined;
    const requestTime = Date.now() / 1000;
    const created = requestTime - Number(http.get("age") ?? 0);
    const conditions = { request, requestTime, response: http, created };
    const set = this.vector.vcl === "@filters" ? request.get("x-set") : undefined;
    let status = request.get("x-set-status") === undefined ? object.status : 203;
    if (level === 0 && status === 200 && !object.synthetic && isNotModified(conditions)) status = 304;
    const list =
      set?.replace("none", "") ??
      defaultDeliveryFilters({
        hasEsi,
        doEsi: !url.startsWith("/noesi"),
        isGzip: object.facts.isGzip,
        status,
        acceptEncoding,
        hasRange: request.has("range"),
        gzipSupport: this.gzipSupport,
        rangeSupport: this.vector.params?.http_range_support !== "off",
      });
    const kinds = deliveryRegistry.parse(list);
    if (kinds instanceof UnknownFilter) throw new Error(kinds.message);
    const { tail, member } = output(
      object,
      kinds.map(({ name }) => name),
    );
    const { facts } = object;
    const context = deliveryContext(
      {},
      {
        http,
        status,
        request,
        facts,
        length: object.length,
        esi: facts.esi && {
          program: facts.esi,
          member,
          abortsOnError: this.features.has("esi_include_onerror"),
          include: (include, parent) => this.include(include, parent, request, level),
        },
      },
    );
    const chain = openChain(kinds, context, tail);
    try {
      if (status !== 304) await send(object, chain);
    } catch (problem) {
      chain.abandon();
      if (!(problem instanceof FilterFailure || problem instanceof BrokenOff)) throw problem;
      throw new Aborted(context.status, http, context.length);
    }
    return { status: context.status, http, length: context.length };
  }

  private async include(
    include: IncludeSegment,
    parent: EsiParent,
    request: HttpHeaders,
    level: number,
  ): Promise<IncludeOutcome> {
    if (level >= Number(this.vector.params?.max_esi_depth ?? 5)) return "bad";
    const own = request.clone();
    for (const name of ["range", "if-none-match", "if-modified-since"]) own.unset(name);
    askForInclude(own, parent.member !== undefined);
    let leavesOutBroken = false;
    let good = true;
    try {
      await this.deliver(include.url, own, level + 1, (object, filters) => {
        const { facts, status } = object;
        good = isGoodInclude(status);
        if (!good && this.features.has("esi_include_onerror")) {
          return { tail: new Collector(), member: undefined, leavesOutBroken: false };
        }
        const body = { ...facts, hasEsi: facts.esi !== undefined, filters };
        const made = includeOutput(
          parent,
          body,
          nodeCompression,
          (positions) => (facts.positions = positions),
        );
        leavesOutBroken = made.leavesOutBroken;
        return made;
      });
    } catch (problem) {
      return leavesOutBroken || !(problem instanceof Aborted) ? "good" : "bad";
    }
    return good ? "good" : "bad";
  }

  private async object(url: string, range: string | undefined): Promise<StoredObject> {
    const known = this.cache.get(url);
    if (known) return known;
    const object = await this.fetch(url, range);
    if (!url.startsWith("/pass")) this.cache.set(url, object);
    return object;
  }

  /** Paths whose answers the VCL of the vectors makes up. */
  private synthetic(url: string): StoredObject | undefined {
    const status = /^\/synth/.test(url) ? 200 : /^\/syn404/.test(url) ? 404 : /^\/fail/.test(url) ? 503 : 0;
    return status === 0 ? undefined : synthetic(status, `synthetic ${url} ${status}`, { ETag: '"syn"' });
  }

  private async fetch(url: string, range: string | undefined): Promise<StoredObject> {
    const made = this.synthetic(url);
    if (made) return made;
    this.fetched.push(url);
    const found = this.vector.origin[url];
    const response: VectorResponse = (Array.isArray(found) ? found[0] : found) ?? {
      status: 404,
      body: `no ${url}`,
    };
    const body = bodyOf(response);
    const http = headersOf(response, body);
    if (!this.isUsable(url, response, http, range)) return synthetic(503, "backend error 503");
    const orders = http.get("x-do") ?? "";
    const set = this.vector.vcl === "@filters" ? http.get("x-set") : undefined;
    for (const name of ["x-do", "x-set"]) http.unset(name);
    const hasBody = http.get("content-length") !== "0" && (response.status ?? 200) !== 204;
    const list =
      set?.replace("none", "") ??
      defaultFetchFilters({
        hasBody,
        contentEncoding: http.get("content-encoding"),
        doEsi: orders.includes("esi"),
        doGzip: orders.includes("dogzip"),
        doGunzip: orders.includes("dogunzip"),
        gzipSupport: this.gzipSupport,
      });
    if (!hasBody) http.unset("content-encoding");
    try {
      const streams = !/esi|nostream/.test(orders) && this.vector.before === undefined;
      return await this.store(url, response, http, body, list, streams);
    } catch {
      return synthetic(503, "backend error 503");
    }
  }

  /** What a fetch refuses before its filters are opened. */
  private isUsable(
    url: string,
    response: VectorResponse,
    http: HttpHeaders,
    range: string | undefined,
  ): boolean {
    const { status = 200 } = response;
    const length = http.get("content-length");
    if (status !== 206 && status !== 416) http.unset("content-range");
    const problem = backendRangeProblem({
      asked: url.startsWith("/pass") ? range : undefined,
      status,
      contentRange: http.get("content-range"),
      length: length === undefined ? undefined : Number(length),
    });
    const checked = this.vector.params?.http_range_support !== "off";
    return (problem === undefined || !checked) && (status !== 304 || url.startsWith("/pass"));
  }

  private async store(
    url: string,
    response: VectorResponse,
    http: HttpHeaders,
    body: Buffer,
    list: string,
    streams: boolean,
  ): Promise<StoredObject> {
    const status = response.status ?? 200;
    const esiFeatures = Object.fromEntries(
      Object.keys(noFeatures).map((name) => [name, this.features.has(name)]),
    ) as unknown as typeof noFeatures;
    const context = fetchContext({}, { http, status, url, esiFeatures });
    const out = new Collector();
    const kinds = fetchRegistry.parse(list);
    if (kinds instanceof UnknownFilter) throw new Error(kinds.message);
    const chain = openChain(kinds, context, out);
    const facts = { ...context.facts };
    const broken = response.cut !== undefined;
    for (const piece of cut(body, this.pieceLength)) await chain.write(piece);
    if (broken && !streams) throw new Error("broken off");
    if (!broken) await chain.end();
    this.log.push(...context.records);
    const said = http.get("content-length");
    const known = said === undefined ? undefined : Number(said);
    return {
      http,
      status,
      chunks: out.chunks,
      // A body that still streams has not been read to its end.
      facts: streams ? { ...context.facts, plainLength: facts.plainLength } : context.facts,
      length: streams ? known : out.bytes.length,
      synthetic: false,
      broken,
    };
  }
}

class BrokenOff extends Error {}

/** A response that ends before it should. */
class Aborted extends Error {
  readonly status: number;
  readonly http: HttpHeaders;
  readonly length: number | undefined;

  constructor(status: number, http: HttpHeaders, length: number | undefined) {
    super("aborted");
    this.status = status;
    this.http = http;
    this.length = length;
  }
}

async function send(object: StoredObject, chain: FilterChain | BodyLink): Promise<void> {
  for (const chunk of object.chunks) {
    if (chain.satisfied) break;
    await chain.write(chunk);
  }
  if (object.broken) throw new BrokenOff();
  await chain.end();
}

function synthetic(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): StoredObject {
  return {
    http: new HttpHeaders(Object.entries(headers)),
    status,
    chunks: [Buffer.from(text)],
    facts: { isGzip: false, plainLength: 0, positions: undefined, encodingChanged: false, esi: undefined },
    length: text.length,
    synthetic: true,
    broken: false,
  };
}

function fieldsOf(headers: Readonly<Record<string, string | readonly string[]>>): HttpHeaders {
  const http = new HttpHeaders();
  for (const [name, values] of Object.entries(headers)) {
    for (const value of [values].flat()) http.add(name, value);
  }
  return http;
}

function headersOf(response: VectorResponse, body: Buffer): HttpHeaders {
  const http = fieldsOf(response.headers ?? {});
  const isGzip = response.body_gzip_of ?? response.gzip_repeat ?? response.gzip_chunks;
  if (isGzip !== undefined && !http.has("content-encoding")) http.set("Content-Encoding", "gzip");
  const hasLength = !response.chunks && !response.gzip_chunks && !response.close && !response.nolen;
  if (hasLength) http.set("Content-Length", String(response.length ?? body.length));
  return http;
}

function bodyOf(response: VectorResponse): Buffer {
  if (response.body_b64 !== undefined) return Buffer.from(response.body_b64, "base64");
  if (response.chunks) return Buffer.from(response.chunks.slice(0, response.cut).join(""));
  const { body_repeat: repeated, gzip_repeat: packed, cut: length } = response;
  if (repeated) return Buffer.from(repeated[0].repeat(repeated[1]));
  if (packed) return corrupted(gzipSync(packed[0].repeat(packed[1])), response.corrupt);
  if (response.gzip_chunks) return gzipSync(response.gzip_chunks.join(""));
  if (response.body_gzip_of !== undefined)
    return corrupted(gzipSync(response.body_gzip_of), response.corrupt);
  return Buffer.from(response.body ?? "").subarray(0, length);
}

function corrupted(packed: Buffer, how: VectorResponse["corrupt"]): Buffer {
  const copy = Buffer.from(packed);
  if (how === "tail") copy[copy.length - 8 + 3]! ^= 1;
  if (how === "head") copy[1]! ^= 1;
  if (how === "junk") return Buffer.concat([copy, Buffer.from("x")]);
  return how === "trunc" ? copy.subarray(0, -4) : copy;
}

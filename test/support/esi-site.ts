import { Instance, type Parameters } from "vclc/runtime";
import { MemoryHost, request, type OriginResponse } from "../../src/host/memory/index.js";
import { HttpHeaders } from "../../src/runtime/http/index.js";
import { cut } from "./body-filters.js";
import type { VectorResponse } from "./delivery-vectors.js";
import { vclModule } from "./proxy.js";
import { bytesOf } from "./vector-origin.js";

/** What a client gets. */
export interface SiteAnswer {
  readonly http: HttpHeaders;
  readonly body: Buffer;
}

const policy = vclModule(`vcl 4.1; backend b { .host = "127.0.0.1"; }
sub vcl_backend_response {
  if (beresp.http.X-Do ~ "esi") { set beresp.do_esi = true; }
  unset beresp.http.X-Do;
}`);

/** A site of paths in memory behind a proxy; what its origin sends comes in pieces of `pieceLength` bytes. */
export class EsiSite {
  private readonly host = new MemoryHost();
  private readonly instance: Instance;
  private readonly ready: Promise<void>;

  constructor(
    paths: Readonly<Record<string, VectorResponse>>,
    pieceLength: number,
    parameters: Partial<Parameters> = {},
  ) {
    this.host.origin("*", ({ url }) =>
      responseOf(paths[url] ?? { status: 404, body: `no ${url}` }, pieceLength),
    );
    this.instance = new Instance(this.host, { parameters });
    this.ready = this.instance.load("boot", policy).then(async () => void (await this.instance.use("boot")));
  }

  async get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<SiteAnswer> {
    await this.ready;
    const { headers: fields, body, broken } = await request(this.instance, { url, headers });
    if (broken !== undefined) throw new Error(broken);
    return { http: new HttpHeaders(fields), body: Buffer.from(body, "latin1") };
  }
}

function responseOf(response: VectorResponse, pieceLength: number): OriginResponse {
  const { status = 200, headers = {} } = response;
  const isGzip = response.body_gzip_of ?? response.gzip_repeat;
  const encoding = isGzip === undefined ? {} : { "Content-Encoding": "gzip" };
  const pieces = cut(bytesOf(response), pieceLength).map((piece) => Buffer.from(piece).toString("latin1"));
  const all = { ...(headers as Readonly<Record<string, string>>), ...encoding };
  return status === 204 ? { status, headers: all } : { status, headers: all, body: pieces };
}

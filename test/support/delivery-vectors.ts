import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Where the vectors of the reference implementation stand; they are no part of the repository. */
export const vectorFile = join(
  process.env.VCLC_REFERENCE ?? join(root, "../shared/reference"),
  "delivery-vectors.jsonl",
);

type Fields = Readonly<Record<string, string | readonly string[]>>;

/** What an origin answers. */
export interface VectorResponse {
  readonly status?: number;
  readonly reason?: string;
  readonly headers?: Fields;
  readonly body?: string;
  readonly body_b64?: string;
  readonly body_gzip_of?: string;
  readonly body_repeat?: readonly [string, number];
  readonly gzip_repeat?: readonly [string, number];
  readonly chunks?: readonly string[];
  readonly gzip_chunks?: readonly string[];
  readonly corrupt?: "tail" | "junk" | "trunc" | "head";
  readonly length?: number;
  readonly cut?: number;
  readonly close?: boolean;
  readonly nolen?: boolean;
  /** Seconds before the answer, and within it. */
  readonly delay?: number;
  readonly gap?: number;
  /** A 304 for a request that has this entity tag. */
  readonly if_none_match?: { readonly etag: string; readonly headers?: Fields };
}

export interface VectorRequest {
  readonly method?: string;
  readonly url?: string;
  readonly proto?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly body?: string;
  readonly half_close?: boolean;
  /** Seconds after the answer. */
  readonly wait?: number;
  readonly expect?: VectorAnswer;
}

/** What the reference implementation did; what is left out does not matter. */
export interface VectorAnswer {
  readonly status?: number;
  readonly reason?: string;
  readonly headers?: Fields;
  readonly absent?: readonly string[];
  readonly like?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly body_b64?: string;
  readonly body_gunzipped?: string;
  readonly gunzipped_sha256?: string;
  readonly body_sha256?: string;
  readonly body_len?: number;
  readonly framing?: "length" | "chunked" | "close" | "none";
  readonly truncated?: boolean;
  readonly closed?: boolean;
  readonly origin?: readonly OriginExpectation[];
}

/** A request that the origin got. */
export interface OriginExpectation {
  readonly method?: string;
  readonly url?: string;
  readonly host?: string;
  readonly body?: string;
  readonly headers?: Fields;
  readonly absent?: readonly string[];
  readonly like?: Readonly<Record<string, string>>;
}

/** A case: a VCL without version and backend, what the origin answers, a request, and the answer of the reference implementation. */
export interface DeliveryVector {
  readonly id: string;
  readonly what: string;
  readonly vcl: string;
  readonly params?: Readonly<Record<string, string | readonly string[]>>;
  readonly origin: Readonly<Record<string, VectorResponse | readonly VectorResponse[]>>;
  readonly before?: readonly VectorRequest[];
  readonly request: VectorRequest;
  readonly expect: VectorAnswer;
}

interface Definition {
  readonly define: string;
  readonly vcl: string;
}

/** All vectors, their VCL put in, or undefined where they are absent. */
export function deliveryVectors(): DeliveryVector[] | undefined {
  if (!existsSync(vectorFile)) return undefined;
  const texts = new Map<string, string>();
  const vectors: DeliveryVector[] = [];
  for (const line of readFileSync(vectorFile, "utf8").split("\n").filter(Boolean)) {
    const entry = JSON.parse(line) as Definition | DeliveryVector;
    if ("define" in entry) texts.set(entry.define, entry.vcl);
    else vectors.push({ ...entry, vcl: texts.get(entry.vcl) ?? entry.vcl });
  }
  return vectors;
}

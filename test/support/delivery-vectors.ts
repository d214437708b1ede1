import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Where the vectors of the reference implementation stand; they are no part of the repository. */
export const vectorFile = join(
  process.env.VCLC_REFERENCE ?? join(root, "../shared/reference"),
  "delivery-vectors.jsonl",
);
/** What an origin answers. */
export interface VectorResponse {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
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
  readonly if_none_match?: unknown;
}

export interface VectorRequest {
  readonly method?: string;
  readonly url: string;
  readonly proto?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** A case: a VCL, what the origin answers, a request, and the answer of the reference implementation. */
export interface DeliveryVector {
  readonly id: string;
  readonly group: string;
  readonly what: string;
  readonly vcl: string;
  readonly params?: Readonly<Record<string, string | readonly string[]>>;
  readonly origin: Readonly<Record<string, VectorResponse | readonly VectorResponse[]>>;
  readonly before?: readonly VectorRequest[];
  readonly request: VectorRequest;
  readonly expect: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string | readonly string[]>>;
    readonly absent?: readonly string[];
    readonly body?: string;
    readonly body_b64?: string;
    readonly body_gunzipped?: string;
    readonly gunzipped_sha256?: string;
    readonly body_sha256?: string;
    readonly body_len?: number;
    readonly truncated?: boolean;
    readonly origin?: readonly { readonly url: string }[];
  };
}

/** All vectors, or undefined where they are absent. */
export function deliveryVectors(): DeliveryVector[] | undefined {
  if (!existsSync(vectorFile)) return undefined;
  const lines = readFileSync(vectorFile, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as DeliveryVector).filter(({ id }) => id !== undefined);
}

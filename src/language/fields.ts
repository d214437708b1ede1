/** What a field of a backend or probe holds. `strings` is a list of adjacent strings, each one a line. */
export type FieldType =
  "string" | "strings" | "integer" | "duration" | "blob" | "boolean" | "probe" | "backend";

export interface FieldEntry {
  readonly type: FieldType;
  readonly since?: 41;
}

export const backendFields = {
  host: { type: "string" },
  path: { type: "string", since: 41 },
  port: { type: "string" },
  host_header: { type: "string" },
  authority: { type: "string" },
  connect_timeout: { type: "duration" },
  first_byte_timeout: { type: "duration" },
  between_bytes_timeout: { type: "duration" },
  wait_timeout: { type: "duration" },
  max_connections: { type: "integer" },
  wait_limit: { type: "integer" },
  proxy_header: { type: "integer" },
  preamble: { type: "blob" },
  probe: { type: "probe" },
  via: { type: "backend" },
} as const satisfies Record<string, FieldEntry>;

export const probeFields = {
  url: { type: "string" },
  request: { type: "strings" },
  expected_response: { type: "integer" },
  timeout: { type: "duration" },
  interval: { type: "duration" },
  window: { type: "integer" },
  threshold: { type: "integer" },
  initial: { type: "integer" },
  expect_close: { type: "boolean" },
} as const satisfies Record<string, FieldEntry>;

/** The largest `.window` and `.threshold`: a probe keeps its history in 64 bits. */
export const maxProbeWindow = 64;

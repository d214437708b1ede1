import { featureBits, idleFeatures, type Parameters } from "../parameters.js";

/**
 * What a value is: `seconds` have fractions and take durations, `bytes` take sizes, a `switch` is on or off, `bits` a set of names; `text`, the
 * `tags` of a log mask and the three numbers of a `pool` are no numbers; the rest are whole ones.
 */
export type ParameterKind = "seconds" | "bytes" | "number" | "switch" | "bits" | "text" | "tags" | "pool";

/** What a parameter counts, and what commands say of it. */
export interface ParameterFact {
  readonly kind: ParameterKind;
  /** Names of `bits`, the lowest first. */
  readonly bits?: readonly string[];
  /** As Varnish prints it. */
  readonly unit?: string;
  readonly minimum: number;
  readonly maximum?: number;
  readonly help: string;
}

const seconds = { kind: "seconds", unit: "seconds", minimum: 0 } as const;
const bytes = { kind: "bytes", unit: "bytes" } as const;
const number = { kind: "number", minimum: 0 } as const;
const onOff = { kind: "switch", unit: "bool", minimum: 0, maximum: 1 } as const;

/** Every parameter; names, units and limits are Varnish's. */
export const parameterTable: { readonly [Name in keyof Parameters]: ParameterFact } = {
  backend_idle_timeout: { ...seconds, help: "How long an unused backend connection is kept." },
  backend_wait_limit: { ...number, help: "How many requests may wait for a connection of a backend." },
  backend_wait_timeout: { ...seconds, help: "How long a request waits for a connection of a backend." },
  ban_lurker_age: { ...seconds, help: "How old a ban must be to be tested in the background." },
  ban_lurker_batch: { ...number, minimum: 1, help: "How many objects are tested against bans at a time." },
  ban_lurker_sleep: {
    ...seconds,
    help: "How long it is until the next objects are tested in the background; 0: they are not.",
  },
  between_bytes_timeout: { ...seconds, help: "How long a backend may be silent within a response." },
  clock_skew: {
    ...number,
    unit: "seconds",
    help: "How far a backend's clock may be off before its Date counts.",
  },
  connect_timeout: { ...seconds, help: "How long a connection to a backend may take." },
  default_grace: { ...seconds, help: "How long an object may be delivered after its time to live." },
  default_keep: { ...seconds, help: "How long an object is kept for conditional requests." },
  default_ttl: { ...seconds, help: "Time to live of an object of which neither backend nor VCL says one." },
  esi_parallel: {
    ...number,
    unit: "includes",
    help: "How many ESI includes of a page are asked for at once; below 2 one after the other, as in Varnish.",
  },
  feature: {
    kind: "bits",
    bits: featureBits,
    minimum: 0,
    help: `How ESI is read and delivered, days of one digit, steps in the log. Nothing is changed by ${idleFeatures.join(", ")}.`,
  },
  first_byte_timeout: { ...seconds, help: "How long a backend may take to begin its response." },
  gzip_buffer: {
    ...bytes,
    minimum: 2 * 1024,
    help: "Packed data that gzip makes at a time; text of four times as much is worked on at once.",
  },
  gzip_level: {
    ...number,
    maximum: 9,
    help: "How much the filter gzip works for small bodies: 0 none, 9 most.",
  },
  gzip_memlevel: {
    ...number,
    minimum: 1,
    maximum: 9,
    help: "Memory for gzip: 1 slow and least, 9 fast and most.",
  },
  http_brotli_support: { ...onOff, help: "Whether gzip bodies go as brotli to clients who prefer that." },
  http_gzip_support: {
    ...onOff,
    help: "Whether bodies are fetched packed, and unpacked for clients who want that.",
  },
  http_max_hdr: {
    ...number,
    unit: "header lines",
    minimum: 32,
    maximum: 65535,
    help: "Header lines of a message.",
  },
  http_range_support: { ...onOff, help: "Whether clients can ask for a part of a body." },
  http_req_hdr_len: { ...bytes, minimum: 40, help: "Bytes of one header field of a request." },
  http_req_overflow_status: {
    ...number,
    maximum: 499,
    help: "Status of the answer to requests over http_req_size; 0 is none.",
  },
  http_req_size: { ...bytes, minimum: 256, help: "Bytes of a request's first line and headers." },
  http_resp_hdr_len: { ...bytes, minimum: 40, help: "Bytes of one header line of a response." },
  http_resp_size: { ...bytes, minimum: 256, help: "Bytes of a response's first line and headers." },
  http_zstd_support: { ...onOff, help: "Whether gzip bodies go as zstd to clients who prefer that." },
  idle_send_timeout: { ...seconds, help: "How long a client may take nothing of its response." },
  max_esi_depth: { ...number, unit: "levels", help: "How deep ESI includes may be nested." },
  max_ranges: {
    ...number,
    help: "How many ranges one request gets, in a multipart response; below 2 only one, as in Varnish.",
  },
  max_restarts: { ...number, unit: "restarts", help: "How often a request may be restarted." },
  max_retries: { ...number, unit: "retries", help: "How often a fetch may be retried." },
  max_vcl: {
    ...number,
    help: "How many VCLs may be loaded, labels not counted, before max_vcl_handling applies.",
  },
  max_vcl_handling: {
    ...number,
    maximum: 2,
    help: "What happens to a load beyond max_vcl: 0 nothing, 1 a warning, 2 it is refused.",
  },
  nuke_limit: {
    ...number,
    unit: "allocations",
    help: "How many objects one fetch removes at most to find room for its own.",
  },
  pipe_sess_max: {
    ...number,
    unit: "connections",
    help: "How many pipes there may be at once; 0 is no limit.",
  },
  pipe_task_deadline: { ...seconds, help: "How long a pipe may last; 0 is for ever." },
  pipe_timeout: { ...seconds, help: "How long a pipe may be silent." },
  rush_exponent: {
    ...number,
    unit: "requests per request",
    minimum: 2,
    help: "How many waiting requests go on when one of them is through.",
  },
  send_timeout: { ...seconds, help: "How long the delivery of a response may take." },
  shortlived: { ...seconds, help: "Objects that live shorter are Transient." },
  timeout_idle: { ...seconds, help: "How long an idle client connection is kept." },
  timeout_linger: { ...seconds, help: "How long a connection is waited on before it counts as idle." },
  transit_buffer: {
    ...bytes,
    minimum: 0,
    help: "Bytes of an uncacheable body that may be ahead of its client.",
  },
  uncacheable_ttl: { ...seconds, help: "Time to live of the note that something cannot be cached." },
  vcl_cooldown: { ...seconds, minimum: 1, help: "How long a VCL that is not used stays warm." },
  workspace_backend: { ...bytes, minimum: 1024, help: "Bytes that a fetch may use for headers and strings." },
  workspace_client: {
    ...bytes,
    minimum: 9 * 1024,
    help: "Bytes that a request may use for headers and strings.",
  },
  workspace_session: {
    ...bytes,
    minimum: 384,
    help: "Bytes of a session; what a PROXY header says beside addresses has all but 384 of them.",
  },
};

/** The bits of the parameter `feature`, the first the lowest; none is set by default. */
export const featureBits = [
  "esi_ignore_https",
  "esi_disable_xml_check",
  "esi_ignore_other_elements",
  "esi_remove_bom",
  "esi_include_onerror",
  "short_panic",
  "no_coredump",
  "http2",
  "https_scheme",
  "http_date_postel",
  "wait_silo",
  "validate_headers",
  "busy_stats_rate",
  "trace",
  "vcl_req_reset",
] as const;

/** Bits of `feature` that are taken, as Varnish takes them, and change nothing: HTTP/2, threads and core files are not here, headers are always checked. */
export const idleFeatures = [
  "short_panic",
  "no_coredump",
  "http2",
  "wait_silo",
  "validate_headers",
  "busy_stats_rate",
  "vcl_req_reset",
] as const satisfies readonly (typeof featureBits)[number][];

export type Feature = Exclude<(typeof featureBits)[number], (typeof idleFeatures)[number]>;

/** Run-time parameters with Varnish's names and defaults. Times in seconds, sizes in bytes, switches 0 or 1, sets of bits as their sum. */
export const defaultParameters = {
  backend_idle_timeout: 60,
  backend_wait_limit: 0,
  backend_wait_timeout: 0,
  ban_lurker_age: 60,
  ban_lurker_batch: 1000,
  ban_lurker_sleep: 0.01,
  between_bytes_timeout: 60,
  clock_skew: 10,
  connect_timeout: 3.5,
  default_grace: 10,
  default_keep: 0,
  default_ttl: 120,
  esi_parallel: 0,
  feature: 0,
  first_byte_timeout: 60,
  gzip_buffer: 32 * 1024,
  gzip_level: 6,
  gzip_memlevel: 8,
  http_brotli_support: 0,
  http_gzip_support: 1,
  http_max_hdr: 64,
  http_range_support: 1,
  http_req_hdr_len: 8 * 1024,
  http_req_overflow_status: 0,
  http_req_size: 32 * 1024,
  http_resp_hdr_len: 8 * 1024,
  http_resp_size: 32 * 1024,
  http_zstd_support: 0,
  idle_send_timeout: 60,
  max_esi_depth: 5,
  max_ranges: 0,
  max_restarts: 4,
  max_retries: 4,
  max_vcl: 100,
  max_vcl_handling: 1,
  nuke_limit: 50,
  pipe_sess_max: 0,
  pipe_task_deadline: 0,
  pipe_timeout: 60,
  rush_exponent: 3,
  send_timeout: 600,
  shortlived: 10,
  timeout_idle: 5,
  timeout_linger: 0.05,
  transit_buffer: 0,
  uncacheable_ttl: 120,
  vcl_cooldown: 600,
  workspace_backend: 96 * 1024,
  workspace_client: 96 * 1024,
  workspace_session: 768,
} as const satisfies Record<string, number>;

export type Parameters = { -readonly [Name in keyof typeof defaultParameters]: number };

/** Whether a bit of `feature` is set. */
export function hasFeature({ feature }: Parameters, name: Feature): boolean {
  return (feature & (1 << featureBits.indexOf(name))) !== 0;
}

import type { ParameterKind } from "./parameter-table.js";

/** Bits of `debug`. */
export const debugBits = [
  "req_state",
  "workspace",
  "waitinglist",
  "syncvsl",
  "hashedge",
  "vclrel",
  "lurker",
  "esi_chop",
  "flush_head",
  "vtc_mode",
  "witness",
  "vsm_keep",
  "slow_acceptor",
  "h2_nocheck",
  "vmod_so_keep",
  "processors",
  "protocol",
  "vcl_keep",
  "lck",
] as const;

const vccBits = ["err_unref", "allow_inline_c", "unsafe_path"];

/** Names that mean another parameter; lists do not show them. */
export const parameterAliases: ReadonlyMap<string, string> = new Map([["deprecated_dummy", "debug"]]);

/** Name, kind, default; then least and most, and the unit that Varnish prints. */
export type OtherRow = readonly [
  name: string,
  kind: ParameterKind,
  value: number | string,
  limits?: {
    readonly min?: number;
    readonly max?: number;
    readonly unit?: string;
    readonly bits?: readonly string[];
  },
];

const seconds = "seconds";
const bytes = "bytes";
const k = 1024;
const m = 1024 * k;

/** Parameters of Varnish that change nothing in how requests are answered here; names, units, limits and defaults are Varnish's. */
export const otherParameterTable: readonly OtherRow[] = [
  ["acceptor_sleep_decay", "number", 0.9, { min: 0, max: 1 }],
  ["acceptor_sleep_incr", seconds, 0, { max: 1 }],
  ["acceptor_sleep_max", seconds, 0.05, { max: 10 }],
  ["auto_restart", "switch", 1],
  ["backend_local_error_holddown", seconds, 10],
  ["backend_remote_error_holddown", seconds, 0.25],
  ["ban_any_variant", "number", 10000, { unit: "checks" }],
  ["ban_cutoff", "number", 0, { unit: "bans" }],
  ["ban_dups", "switch", 1],
  ["ban_lurker_holdoff", seconds, 0.01],
  ["cc_command", "text", ""],
  ["cc_warnings", "text", ""],
  ["cli_limit", bytes, 64 * k, { min: 128, max: 99999999 }],
  ["cli_timeout", seconds, 60],
  ["clock_step", seconds, 1],
  ["critbit_cooloff", seconds, 180, { min: 60, max: 254 }],
  ["debug", "bits", 0, { bits: debugBits }],
  ["experimental", "bits", 0, { bits: ["drop_pools"] }],
  ["fetch_chunksize", bytes, 16 * k, { min: 4 * k }],
  ["fetch_maxchunksize", bytes, 256 * m, { min: 64 * k }],
  ["h2_header_table_size", bytes, 4 * k],
  ["h2_initial_window_size", bytes, 65535, { min: 65535, max: 2147483647 }],
  ["h2_max_concurrent_streams", "number", 100, { unit: "streams" }],
  ["h2_max_frame_size", bytes, 16 * k, { min: 16 * k, max: 16777215 }],
  ["h2_max_header_list_size", bytes, 48 * k],
  ["h2_rapid_reset", seconds, 1, { max: 3600 }],
  ["h2_rapid_reset_limit", "number", 100],
  ["h2_rapid_reset_period", seconds, 60, { min: 1 }],
  ["h2_rx_window_increment", bytes, m, { min: m, max: 1024 * m }],
  ["h2_rx_window_low_water", bytes, 10 * m, { min: 65535, max: 1024 * m }],
  ["h2_rxbuf_storage", "text", "Transient"],
  ["h2_window_timeout", seconds, 5],
  ["http1_iovs", "number", 64, { min: 5, max: 1024, unit: "struct iovec (=16 bytes)" }],
  ["listen_depth", "number", 1024, { unit: "connections" }],
  ["lru_interval", seconds, 2],
  ["pcre2_depth_limit", "number", 20, { min: 1 }],
  ["pcre2_jit_compilation", "switch", 1],
  ["pcre2_match_limit", "number", 10000, { min: 1 }],
  ["ping_interval", "number", 3, { unit: seconds }],
  ["pool_req", "pool", "10,100,10"],
  ["pool_sess", "pool", "10,100,10"],
  ["pool_vbo", "pool", "10,100,10"],
  ["prefer_ipv6", "switch", 0],
  ["sigsegv_handler", "switch", 1],
  ["startup_timeout", seconds, 0],
  ["syslog_cli_traffic", "switch", 1],
  ["tcp_fastopen", "switch", 0],
  ["tcp_keepalive_intvl", seconds, 75, { min: 1, max: 100 }],
  ["tcp_keepalive_probes", "number", 9, { min: 1, max: 100, unit: "probes" }],
  ["tcp_keepalive_time", seconds, 7200, { min: 1, max: 7200 }],
  ["thread_pool_add_delay", seconds, 0],
  ["thread_pool_destroy_delay", seconds, 1, { min: 0.01 }],
  ["thread_pool_fail_delay", seconds, 0.2, { min: 0.01 }],
  ["thread_pool_max", "number", 5000, { unit: "threads" }],
  ["thread_pool_min", "number", 100, { min: 5, unit: "threads" }],
  ["thread_pool_reserve", "number", 0, { unit: "threads" }],
  ["thread_pool_stack", bytes, 80 * k, { min: 16 * k }],
  ["thread_pool_timeout", seconds, 300, { min: 10 }],
  ["thread_pool_track", "switch", 0],
  ["thread_pool_watchdog", seconds, 60, { min: 0.1 }],
  ["thread_pools", "number", 2, { min: 1, max: 32, unit: "pools" }],
  ["thread_queue_limit", "number", 20, { unit: "requests" }],
  ["thread_stats_rate", "number", 10, { unit: "requests" }],
  ["vary_notice", "number", 10, { min: 1, unit: "variants" }],
  ["vcc_acl_pedantic", "switch", 0],
  ["vcc_allow_inline_c", "switch", 0],
  ["vcc_err_unref", "switch", 1],
  ["vcc_feature", "bits", 5, { bits: vccBits }],
  ["vcc_unsafe_path", "switch", 1],
  ["vcl_path", "text", "/etc/varnish:/usr/share/varnish/vcl"],
  ["vmod_path", "text", ""],
  ["vsl_buffer", bytes, 16 * k, { min: 267 }],
  ["vsl_mask", "tags", ""],
  ["vsl_reclen", bytes, 255, { min: 16, max: 4084 }],
  ["vsl_space", bytes, 80 * m, { min: m, max: 4096 * m }],
  ["vsm_free_cooldown", seconds, 60, { min: 10, max: 600 }],
  ["vsm_publish_interval", seconds, 1, { min: 0.5 }],
  ["workspace_thread", bytes, 2 * k, { min: 256, max: 8 * k }],
];

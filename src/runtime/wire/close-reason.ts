/**
 * Why a client connection ends, as SessClose records and the `sc_…` counters name it (http1-and-transports 3); true where it counts as an error
 * (`sess_closed_err`). BackendClose records use the same names.
 */
export const closeReasons = {
  REM_CLOSE: false,
  REQ_CLOSE: false,
  REQ_HTTP10: true,
  RX_BAD: true,
  RX_BODY: true,
  RX_JUNK: true,
  RX_OVERFLOW: true,
  RX_TIMEOUT: true,
  RX_CLOSE_IDLE: false,
  TX_PIPE: false,
  TX_ERROR: true,
  TX_EOF: false,
  RESP_CLOSE: false,
  OVERLOAD: true,
  PIPE_OVERFLOW: true,
  RANGE_SHORT: true,
  REQ_HTTP20: true,
  VCL_FAILURE: true,
} as const satisfies Record<string, boolean>;

export type CloseReason = keyof typeof closeReasons;

/** Why a connection to a backend is not used again. `null`: it told of one client, and serves no other. */
export type BackendCloseReason = CloseReason | "null";

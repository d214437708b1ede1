/** Why a connection to a backend is not used again, by Varnish's names (BackendClose). `null`: it told of one client, and serves no other. */
export type CloseReason =
  | "REM_CLOSE"
  | "REQ_CLOSE"
  | "REQ_HTTP10"
  | "RESP_CLOSE"
  | "RX_BAD"
  | "RX_BODY"
  | "RX_JUNK"
  | "RX_OVERFLOW"
  | "RX_TIMEOUT"
  | "TX_ERROR"
  | "null";

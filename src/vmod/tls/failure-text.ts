import type { StreamError } from "../../runtime/index.js";
import { CarrierFailure } from "./carrier.js";

/** What OpenSSL says of an error, in its own few words where Node has them: `wrong version number`, `self-signed certificate`. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { reason, code } = error as { reason?: unknown; code?: unknown };
  // Of a wrong name the message says more than the reason, and of a reset Node's message is about sockets.
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return firstLine(error);
  if (code === "ECONNRESET") return "the connection ended";
  return typeof reason === "string" && reason !== "" ? reason : firstLine(error);
}

/** Why a stream that TLS carried has ended, as streams say it. */
export function streamErrorOf(error: unknown): StreamError {
  if (error instanceof CarrierFailure) return error.error;
  const { errno, code } = error as { errno?: unknown; code?: unknown };
  if (code === "ECONNRESET") return { errno: 104, text: "Connection reset by peer" };
  return { errno: typeof errno === "number" ? Math.abs(errno) : 0, text: `TLS: ${failureText(error)}` };
}

function firstLine({ message }: Error): string {
  return message.split("\n", 1)[0] as string;
}

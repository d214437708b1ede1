/** Why a socket cannot listen, in words. */
export function listenReason(error: NodeJS.ErrnoException): string {
  if (error.code === "EADDRINUSE") return "the address is in use";
  if (error.code === "EACCES") return "permission denied";
  if (error.code === "EADDRNOTAVAIL") return "the address is not one of this machine";
  return error.message;
}

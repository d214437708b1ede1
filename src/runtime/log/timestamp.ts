/** The text of a Timestamp record: when, since the transaction began, since the record before. */
export function timestampText(label: string, now: number, started: number, last: number): string {
  return `${label}: ${micros(now)} ${micros(now - started)} ${micros(now - last)}`;
}

/** Seconds with six digits, the rest cut off. */
function micros(seconds: number): string {
  return (Math.floor(seconds * 1e6 + 1e-3) / 1e6).toFixed(6);
}

/** The text of a Timestamp record: when, since the transaction began, since the record before. */
export function timestampText(label: string, now: number, started: number, last: number): string {
  return `${label}: ${micros(now)} ${micros(now - started)} ${micros(now - last)}`;
}

/** Seconds with six digits, the rest cut off. */
function micros(seconds: number): string {
  const all = Math.floor(seconds * 1e6 + 1e-3);
  if (all < 0) return (all / 1e6).toFixed(6);
  const whole = Math.floor(all / 1e6);
  return `${whole}.${String(1e6 + (all - whole * 1e6)).slice(1)}`;
}

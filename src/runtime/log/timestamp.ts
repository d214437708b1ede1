import { millionthsText } from "./decimal.js";

/** The text of a Timestamp record: when, since the transaction began, since the record before. */
export function timestampText(label: string, now: number, started: number, last: number): string {
  return `${label}: ${micros(now)} ${micros(now - started)} ${micros(now - last)}`;
}

/** Seconds with six digits, the rest cut off. */
function micros(seconds: number): string {
  const all = Math.floor(seconds * 1e6 + 1e-3);
  return all < 0 ? (all / 1e6).toFixed(6) : millionthsText(all);
}

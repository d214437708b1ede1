/** A value as reports show it. */
export function shown(value: string | number | undefined): string {
  if (value === undefined) return "none";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

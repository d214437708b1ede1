const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

const daySeconds = 86_400;

/** A conversion: a number with its width and padding, a text, or another format that it stands for. */
type Conversion =
  | { readonly number: (date: Date) => number; readonly width: number; readonly padding?: string }
  | { readonly text: (date: Date) => string }
  | { readonly format: string };

const two = (number: (date: Date) => number, padding = "0"): Conversion => ({ number, width: 2, padding });
const hour12 = (date: Date): number => date.getUTCHours() % 12 || 12;
const day = (date: Date): string => days[date.getUTCDay()] ?? "";
const month = (date: Date): string => months[date.getUTCMonth()] ?? "";
const noon = (date: Date): string => (date.getUTCHours() < 12 ? "AM" : "PM");

/** The conversions of strftime(3) in the C locale, for UTC. */
const conversions: Readonly<Record<string, Conversion>> = {
  a: { text: (date) => day(date).slice(0, 3) },
  A: { text: day },
  b: { text: (date) => month(date).slice(0, 3) },
  B: { text: month },
  c: { format: "%a %b %e %H:%M:%S %Y" },
  C: two((date) => Math.floor(date.getUTCFullYear() / 100)),
  d: two((date) => date.getUTCDate()),
  D: { format: "%m/%d/%y" },
  e: two((date) => date.getUTCDate(), " "),
  F: { format: "%Y-%m-%d" },
  g: two((date) => isoWeek(date).year % 100),
  G: { number: (date) => isoWeek(date).year, width: 1 },
  h: { format: "%b" },
  H: two((date) => date.getUTCHours()),
  I: two(hour12),
  j: { number: (date) => dayOfYear(date) + 1, width: 3 },
  k: two((date) => date.getUTCHours(), " "),
  l: two(hour12, " "),
  m: two((date) => date.getUTCMonth() + 1),
  M: two((date) => date.getUTCMinutes()),
  n: { text: () => "\n" },
  p: { text: noon },
  P: { text: (date) => noon(date).toLowerCase() },
  r: { format: "%I:%M:%S %p" },
  R: { format: "%H:%M" },
  s: { number: (date) => date.getTime() / 1000, width: 1 },
  S: two((date) => date.getUTCSeconds()),
  t: { text: () => "\t" },
  T: { format: "%H:%M:%S" },
  u: { number: (date) => date.getUTCDay() || 7, width: 1 },
  U: two((date) => Math.floor((dayOfYear(date) + 7 - date.getUTCDay()) / 7)),
  V: two((date) => isoWeek(date).week),
  w: { number: (date) => date.getUTCDay(), width: 1 },
  W: two((date) => Math.floor((dayOfYear(date) + 7 - ((date.getUTCDay() + 6) % 7)) / 7)),
  x: { format: "%m/%d/%y" },
  X: { format: "%H:%M:%S" },
  y: two((date) => ((date.getUTCFullYear() % 100) + 100) % 100),
  Y: { number: (date) => date.getUTCFullYear(), width: 1 },
  z: { text: () => "+0000" },
  Z: { text: () => "GMT" },
  "%": { text: () => "%" },
};

/** Formats seconds since the epoch in UTC as strftime(3) does in the C locale; "" for a time beyond the calendar. */
export function formatTime(seconds: number, format: string): string {
  const date = new Date(Math.trunc(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? "" : expand(date, format);
}

function expand(date: Date, format: string): string {
  return format.replace(
    /%([-_0^]?)(\d{0,3})[EO]?([a-zA-Z%])/g,
    (all, flag: string, width: string, name: string) => {
      const conversion = conversions[name];
      if (!conversion) return all;
      const text = print(date, conversion, flag, width);
      return flag === "^" ? text.toUpperCase() : text;
    },
  );
}

function print(date: Date, conversion: Conversion, flag: string, width: string): string {
  if ("format" in conversion) return expand(date, conversion.format).padStart(Number(width));
  if ("text" in conversion) return conversion.text(date).padStart(Number(width));
  const digits = String(conversion.number(date));
  if (flag === "-") return digits;
  const padding = flag === "_" ? " " : flag === "0" ? "0" : (conversion.padding ?? "0");
  return digits.padStart(Math.max(Number(width), conversion.width), padding);
}

/** Days since the first of January. */
function dayOfYear(date: Date): number {
  const first = Date.UTC(date.getUTCFullYear(), 0, 1) / 1000;
  return Math.floor((date.getTime() / 1000 - first) / daySeconds);
}

/** Week and year of ISO 8601: the week belongs to the year of its Thursday. */
function isoWeek(date: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * daySeconds * 1000);
  return { year: thursday.getUTCFullYear(), week: Math.floor(dayOfYear(thursday) / 7) + 1 };
}

import { VclFailure } from "./failure.js";

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const longWeekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** The Gregorian calendar repeats itself after so many years, and so many seconds; a JavaScript Date ends long before C's. */
const cycle = { years: 400, seconds: 146_097 * 86_400 };

/** C counts years from 1900, in 32 bits. */
const maxYear = 2 ** 31 + 1899;

/** Characters of an RFC 7231 date: what years of more than four digits make longer is cut off, as in Varnish. */
const dateLength = 29;

const pad = (value: number): string => String(value).padStart(2, "0");

let lastSecond = Number.NaN;
let lastText = "";

/** A TIME as an RFC 7231 date, `Tue, 20 Feb 2018 09:30:31 GMT`; the fraction is cut off. A time beyond all calendars fails the task. */
export function timeToString(time: number): string {
  const second = Math.trunc(time);
  // Dates are printed several times a request, nearly always for the same second.
  if (second === lastSecond) return lastText;
  const cycles = Math.floor(second / cycle.seconds);
  const d = new Date((second - cycles * cycle.seconds) * 1000);
  const year = d.getUTCFullYear() + cycles * cycle.years;
  if (!(Math.abs(year) <= maxYear)) throw new VclFailure("Unformattable VCL_TIME");
  const day = `${weekdays[d.getUTCDay()]}, ${pad(d.getUTCDate())} ${months[d.getUTCMonth()]}`;
  const clock = `${pad(d.getUTCHours())}:${pad(d.getUTCMinutes())}:${pad(d.getUTCSeconds())}`;
  lastText = `${day} ${String(year).padStart(4)} ${clock} GMT`.slice(0, dateLength);
  lastSecond = second;
  return lastText;
}

interface DateForm {
  readonly pattern: RegExp;
  /** Which of the capture groups is what; the last three are always the clock. */
  readonly parts: readonly ("weekday" | "day" | "month" | "year")[];
  readonly weekdays?: readonly string[];
}

const clock = "(\\d\\d):(\\d\\d):(\\d\\d)";

/** The forms of RFC 7231 section 7.1.1.1 and ISO 8601 without a zone. */
const dateForms: readonly DateForm[] = [
  {
    pattern: new RegExp(`^([A-Z][a-z]{2}), (\\d\\d) ([A-Z][a-z]{2}) (\\d{4}) ${clock} GMT$`),
    parts: ["weekday", "day", "month", "year"],
    weekdays,
  },
  {
    pattern: new RegExp(`^([A-Z][a-z]+), (\\d\\d)-([A-Z][a-z]{2})-(\\d\\d) ${clock} GMT$`),
    parts: ["weekday", "day", "month", "year"],
    weekdays: longWeekdays,
  },
  {
    pattern: new RegExp(`^([A-Z][a-z]{2}) ([A-Z][a-z]{2}) ([ \\d]\\d) ${clock} (\\d{4})$`),
    parts: ["weekday", "month", "day"],
    weekdays,
  },
  { pattern: new RegExp(`^(\\d{4})-(\\d\\d)-(\\d\\d)T${clock}$`), parts: ["year", "month", "day"] },
];

/**
 * Reads a date in one of the forms that HTTP knows (RFC 1123, RFC 850, asctime) or as `1994-11-06T08:49:37`; blanks around it do not
 * matter. Seconds since the epoch, or undefined when it is no date: the weekday has to be right, day, month and clock in range. `relaxed`: a day may be one
 * digit (`feature=+http_date_postel`).
 */
export function parseDate(text: string, relaxed = false): number | undefined {
  const blank = text.replace(/^ +| +$/g, "");
  const trimmed = relaxed ? blank.replace(/^([A-Z][a-z]{2}, )(?=\d )/, "$10") : blank;
  for (const form of dateForms) {
    const match = form.pattern.exec(trimmed);
    if (match) return dateOf(form, match);
  }
  return undefined;
}

function dateOf(form: DateForm, match: RegExpExecArray): number | undefined {
  const part = (name: DateForm["parts"][number]): string | undefined => {
    const index = form.parts.indexOf(name);
    return index < 0 ? undefined : match[index + 1];
  };
  const count = form.parts.length;
  const [hour, minute, second] = [1, 2, 3].map((offset) => Number(match[count + offset])) as [
    number,
    number,
    number,
  ];
  const year = fullYear(part("year") ?? match[count + 4] ?? "");
  const monthText = part("month") ?? "";
  const month = /\d/.test(monthText) ? Number(monthText) - 1 : months.indexOf(monthText as "Jan");
  const day = Number(part("day"));
  if (year < 1899 || month < 0 || month > 11) return undefined;
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  if (day < 1 || day > lastDay || hour > 23 || minute > 59 || second > 60) return undefined;
  // A leap second is stored as the one before it.
  const ms = Date.UTC(year, month, day, hour, minute, Math.min(second, 59));
  const weekday = part("weekday");
  if (weekday !== undefined && form.weekdays?.[new Date(ms).getUTCDay()] !== weekday) return undefined;
  return ms / 1000;
}

/** Two digits are a year from 1969 to 2068. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length !== 2) return year;
  return year + 1900 < 1969 ? year + 2000 : year + 1900;
}

// Generated from cookie.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { Priv, Regex, Task } from "../../runtime/index.js";

/** Cookies */
export interface CookieVmod {
  /** Forgets all cookies. */
  readonly clean: (task: Task, privTask: Priv) => void;

  /** Removes the cookie of that name. */
  readonly delete: (task: Task, privTask: Priv, cookiename: string | undefined) => void;

  /** Removes the cookies whose names are in a list, separated by commas. */
  readonly filter: (task: Task, privTask: Priv, filterstring: string | undefined) => void;

  /** Removes the cookies whose names match. */
  readonly filter_re: (task: Task, privTask: Priv, expression: Regex) => void;

  /** Removes the cookies whose names are not in a list, separated by commas. */
  readonly keep: (task: Task, privTask: Priv, filterstring: string | undefined) => void;

  /** Removes the cookies whose names do not match. */
  readonly keep_re: (task: Task, privTask: Priv, expression: Regex) => void;

  /** The date of now plus timedelta, as the Expires attribute of a Set-Cookie header wants it. */
  readonly format_date: (task: Task, now: number, timedelta: number) => string | undefined;

  /** The value of a cookie; unset when there is none of that name. */
  readonly get: (task: Task, privTask: Priv, cookiename: string | undefined) => string | undefined;

  /** The value of the first cookie whose name matches; unset when there is none. */
  readonly get_re: (task: Task, privTask: Priv, expression: Regex) => string | undefined;

  /** All cookies as a Cookie header; empty when there are none. */
  readonly get_string: (task: Task, privTask: Priv) => string | undefined;

  /** Whether there is a cookie of that name. */
  readonly isset: (task: Task, privTask: Priv, cookiename: string | undefined) => boolean;

  /**
   * Reads a Cookie header in place of the cookies there were. A header that is unset or empty changes nothing. Cookies with an empty name or value
   * are left out; of several with one name, the last value stays at the place of the first.
   */
  readonly parse: (task: Task, privTask: Priv, cookieheader: string | undefined) => void;

  /** Sets a cookie; new ones go to the end. An empty name or value changes nothing. */
  readonly set: (
    task: Task,
    privTask: Priv,
    cookiename: string | undefined,
    value: string | undefined,
  ) => void;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from cookie.vcc. */
export type CheckedCookieVmod = Implements<CookieVmod, typeof import("./index.js")>;

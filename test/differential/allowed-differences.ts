/** Headers in which the two may differ, and why. Everything else must be the same: name, spelling, value, order. */
export const allowedDifferences: Readonly<Record<string, string>> = {
  date: "the clock goes on between the two requests",
  age: "the clock goes on between the two requests",
  "x-varnish": "transaction numbers are each program's own",
  via: "names the program and its version",
};

/** Headers in which they may differ besides where one of them sends the body in chunks. Bodies are the same nevertheless. */
export const allowedWhenChunked: Readonly<Record<string, string>> = {
  "content-length":
    "a body of unknown length has one as soon as all of it is there: which comes first is a race",
  "transfer-encoding": "the other side of the same race",
};

/** Headers in which answers to HEAD may differ. */
export const allowedForHead: Readonly<Record<string, string>> = {
  "content-length":
    "varnishd 7.1 says how long a stored body is of which the backend said no length; later ones, and vclc, say only what the backend said",
};

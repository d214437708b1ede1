/** Headers in which the two may differ, and why. Everything else must be the same: name, spelling, value, order. */
export const allowedDifferences: Readonly<Record<string, string>> = {
  date: "the clock goes on between the two requests",
  age: "the clock goes on between the two requests",
  "x-varnish": "transaction numbers are each program's own",
  via: "names the program and its version",
  connection: "the HTTP/1.1 front decides how it says that a connection stays open",
  "keep-alive": "sent by node:http with `Connection: keep-alive`",
};

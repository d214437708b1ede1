/** What a failure says, and its number: that of getaddrinfo in the C library, and that of getdns (its response's status, else a general error). */
const codes: readonly (readonly [text: RegExp, getaddrinfo: number, getdns: number])[] = [
  [/ENOTFOUND|unknown node|not known/, -2, 901],
  [/TIMEOUT|timed out/, -3, 902],
  [/EAI_AGAIN|temporary failure/, -3, 1],
  [/ENODATA|no address/, -5, 1],
  [/(?:)/, -4, 1],
];

/** The number that the log has of a look-up that failed, by whom it was made with. */
export function failureCode(resolver: "getaddrinfo" | "getdns", reason: string): number {
  const [, getaddrinfo, getdns] = codes.find(([text]) => text.test(reason)) as (typeof codes)[number];
  return resolver === "getdns" ? getdns : getaddrinfo;
}

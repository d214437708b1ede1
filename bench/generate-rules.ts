/**
 * VCL in the shape of generated security rules (security.vcl, VSF): `rules` subs of thirteen lines, each looking at the request with a
 * regular expression of its own, and a sub that calls them all. The same number gives the same text.
 */
export function generateRules(rules: number): string {
  const numbers = Array.from({ length: rules }, (_, index) => index);
  return [
    "vcl 4.1;",
    'backend default { .host = "127.0.0.1"; }',
    'sub rule_found {\n  set req.http.X-Sec-Found = req.http.X-Sec-RuleId + " " + req.http.X-Sec-Severity;\n}',
    ...numbers.map(rule),
    "sub vcl_recv {",
    ...numbers.map((index) => `  call rule_${index};`),
    "}\n",
  ].join("\n");
}

/** The kinds of patterns that such rules have: words, alternatives in groups, classes with counts, look-around. */
const patterns: readonly ((index: number) => string)[] = [
  (index) => `(?i:(?:\\A|[^\\d])0x${index}[a-f\\d]{3,}[a-f\\d]*)+`,
  (index) => `(?i)\\b(?:select|insert|update|delete)\\b.{1,100}?\\bfrom_${index}\\b`,
  (index) => `\\.(?:cmd|com|exe|dll|bat|asa)${index}(?:\\?|$)`,
  (index) => `/wp-content/plugins/p${index}/[^?]*\\.php\\?.*(?:id|cat|page)=[^&]*(?:union|select|--|/\\*)`,
  (index) => `(?:\\.\\.[/\\\\]){${1 + (index % 5)},}(?:etc|proc|var)/(?:passwd|self|log)${index}`,
  (index) => `<\\s*(?:script|iframe|object|embed)[^>]*on${index}(?:load|error|click)\\s*=(?!\\s*0)`,
];
const places = ["req.url", "req.http.User-Agent", "req.http.Cookie", "req.http.Referer"];

function rule(index: number): string {
  return `
sub rule_${index} {
  # Rule ${index}: ${places[index % places.length]}
  if (${places[index % places.length]} ~ "${patterns[index % patterns.length]?.(index)}") {
    set req.http.X-Sec-RuleInfo = "Injection attempt ${index}";
    set req.http.X-Sec-Severity = "${index % 6}";
    set req.http.X-Sec-RuleName = "WEB_ATTACK/RULE_${index}";
    set req.http.X-Sec-RuleId = "${981_000 + index}-${index % 9}";
    call rule_found;
  }
}
`;
}

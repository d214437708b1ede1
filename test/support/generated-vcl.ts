/** A policy of about `lines` lines, in which no two rules are alike. */
export function generatedVcl(lines: number): string {
  const rules: string[] = [];
  const perRule = 8;
  for (let rule = 0; rule < Math.ceil((lines - 12) / perRule); rule += 1) {
    rules.push(`sub rule_${rule} {
  if (req.url ~ "^/path${rule}/(a|b)" && req.http.X-Key-${rule} != "value ${rule}") {
    set req.http.X-Rule = "rule ${rule} for " + req.http.host + " after " + req.restarts;
    unset req.http.X-Key-${rule};
    set req.grace = ${rule}s;
    return (pass);
  }
}`);
  }
  const calls = rules.map((_, rule) => `  call rule_${rule};`);
  return `vcl 4.1;
backend default { .host = "192.0.2.1"; }
acl inside { "10.0.0.0"/8; }
sub vcl_recv {
  if (client.ip !~ inside) {
    return (synth(403));
  }
${calls.join("\n")}
}
${rules.join("\n")}
`;
}

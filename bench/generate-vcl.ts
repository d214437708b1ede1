/**
 * A VCL program of about `lines` lines in the shape of real ones: backends, ACLs, user subs with conditions, regular expressions,
 * header changes and substitutions, each called from vcl_recv. The same number gives the same text.
 */
export function generateVcl(lines: number): string {
  const linesOfSub = 19;
  const subs = Math.max(1, Math.floor((lines - 20) / (linesOfSub + 1)));
  const numbers = Array.from({ length: subs }, (_, index) => index);
  return [
    "vcl 4.1;",
    ...["default", "images", "api"].map(
      (name, index) => `backend ${name} {\n  .host = "127.0.0.1";\n  .port = "${8081 + index}";\n}`,
    ),
    'acl purgers {\n  "127.0.0.1";\n  "10.0.0.0"/8;\n}',
    ...numbers.map(sub),
    "sub vcl_recv {",
    ...numbers.map((index) => `  call policy_${index};`),
    "}\n",
  ].join("\n");
}

function sub(index: number): string {
  return `
sub policy_${index} {
  # Requests of customer ${index}.
  if (req.http.Host == "www${index}.example.com" || req.http.Host ~ "^(beta|test)-${index}\\.") {
    set req.http.X-Customer = "customer-${index}";
    set req.backend_hint = ${["default", "images", "api"][index % 3]};
    if (req.url ~ "^/(admin|private)/${index}/" && client.ip !~ purgers) {
      return (synth(403, "Not for you"));
    } elsif (req.url ~ "\\.(png|jpe?g|gif)(\\?v=${index})?$") {
      unset req.http.Cookie;
      set req.url = regsub(req.url, "\\?v=${index}$", "");
    } else {
      set req.http.X-Url-${index} = req.method + " " + req.url;
    }
    if (req.restarts > 0) {
      set req.http.X-Restarts = req.restarts;
      return (pass);
    }
  }
}`.trimStart();
}

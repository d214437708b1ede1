/** A request as both programs get it. */
export interface TestRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
}

const paths = [
  "/",
  "/page?a=1&b=2",
  "/cache/60",
  "/cache/private",
  "/no-store",
  "/vary",
  "/cookie",
  "/etag",
  "/redirect",
  "/status/404",
  "/status/500",
  "/status/204",
  "/status/304x",
  "/admin/x",
  "/synth/418",
  "/moved/away",
  "/chunked",
  "/empty",
  "/big",
  "/image.png?v=1f",
  "/hop",
  "/old-date",
  "/restart",
  "/error",
  "/upper/MiXeD",
];

const variants: readonly Omit<TestRequest, "url">[] = [
  { method: "GET", headers: { Host: "www.example.com" } },
  { method: "GET", headers: { Host: "WWW.Example.com", "X-In": "  spaced  ", "Accept-Language": "de" } },
  { method: "HEAD", headers: { Host: "www.example.com" } },
  { method: "GET", headers: { Host: "api.example.com", Cookie: "session=1; theme=dark" } },
  { method: "POST", headers: { Host: "www.example.com", "Content-Type": "text/plain" }, body: "posted text" },
  {
    method: "GET",
    headers: { Host: "www.example.com", "If-None-Match": '"one"', "X-Forwarded-For": "10.1.2.3" },
  },
  {
    method: "GET",
    headers: { Host: "www.example.com", Authorization: "Basic eA==", Connection: "X-Drop", "X-Drop": "1" },
  },
  { method: "PURGE", headers: { Host: "www.example.com" } },
];

/** 200 requests: every path with every variant, mixed so that hits, misses and passes of one object follow each other. */
export const requests: readonly TestRequest[] = variants.flatMap((variant) =>
  paths.map((url) => ({ ...variant, url })),
);

/** The policy under test. `port` is the origin's. */
export const policy = (port: number) => `vcl 4.1;
import std;
backend default { .host = "127.0.0.1"; .port = "${port}"; }
backend nobody { .host = "127.0.0.1"; .port = "1"; .connect_timeout = 1s; }
acl purgers { "127.0.0.1"; }

sub vcl_recv {
  set req.http.X-Seen = req.method + " " + req.url + " " + req.proto + " " + req.restarts;
  set req.http.X-In-Upper = std.toupper(req.http.X-In);
  if (req.method == "PURGE") {
    if (client.ip !~ purgers) { return (synth(405)); }
    return (purge);
  }
  if (req.url ~ "^/synth/") { return (synth(418, "I am a " + std.tolower("TEAPOT"))); }
  if (req.url ~ "^/moved/") { return (synth(301, regsub(req.url, "^/moved/", "https://www.example.com/"))); }
  if (req.url ~ "^/admin/") { return (pass); }
  if (req.url == "/error") { set req.backend_hint = nobody; }
  if (req.url == "/restart" && req.restarts == 0) { set req.http.X-Restarted = "yes"; return (restart); }
  if (req.url ~ "^/upper/") { set req.url = std.toupper(req.url); }
  set req.url = regsub(req.url, "\\?v=[0-9a-f]+$", "");
  if (req.url ~ "\\.png$") { unset req.http.Cookie; }
}

sub vcl_hash {
  hash_data(req.http.X-Restarted);
}

sub vcl_backend_fetch {
  set bereq.http.X-Retries = bereq.retries;
}

sub vcl_backend_response {
  set beresp.http.X-Ttl = std.integer(duration = beresp.ttl + 0.5s);
  set beresp.http.X-Uncacheable = beresp.uncacheable;
  if (bereq.url ~ "\\.png$") { unset beresp.http.Set-Cookie; set beresp.ttl = 1h; }
  if (beresp.status == 500 && bereq.retries == 0) { return (retry); }
}

sub vcl_deliver {
  set resp.http.X-Hits = obj.hits;
  set resp.http.X-Restarts = req.restarts;
  unset resp.http.X-Powered-By;
}

sub vcl_synth {
  if (resp.status == 301) {
    set resp.http.Location = resp.reason;
    set resp.reason = "Moved Permanently";
    return (deliver);
  }
  set resp.http.Content-Type = "text/plain";
  synthetic(resp.status + " " + resp.reason + " after " + req.restarts + {" restarts
"});
  return (deliver);
}

sub vcl_backend_error {
  set beresp.http.Content-Type = "text/plain";
  synthetic(beresp.status + " " + beresp.reason);
  return (deliver);
}
`;

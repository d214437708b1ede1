/** The text of builtin.vcl, so that the compiler needs no file. A test keeps the two the same; change builtin.vcl and run it with UPDATE=1. */
export const builtinVcl = `# The built-in VCL: what a method sub does when the policy itself has not returned.
# Subs named vcl_builtin_*, vcl_req_*, vcl_refresh_* and vcl_beresp_* are hooks: a policy may define them, and this text follows its own.

vcl 4.0;

# Client side ---------------------------------------------------------------------------------------

sub vcl_recv {
  call vcl_builtin_recv;
  return (hash);
}

sub vcl_builtin_recv {
  call vcl_req_host;
  call vcl_req_method;
  call vcl_req_authorization;
  call vcl_req_cookie;
}

# One spelling of the host, so that one object is cached for it.
sub vcl_req_host {
  if (req.http.host ~ "[A-Z]") {
    set req.http.host = req.http.host.lower();
  }
  if (!req.http.host && req.esi_level == 0 && req.proto == "HTTP/1.1") {
    return (synth(400));
  }
}

sub vcl_req_method {
  if (req.method != "GET" && req.method != "HEAD" && req.method != "PUT" && req.method != "POST" &&
      req.method != "TRACE" && req.method != "OPTIONS" && req.method != "DELETE" && req.method != "PATCH") {
    # After a method that nobody knows, where the next request begins is anybody's guess.
    set req.http.connection = "close";
    return (synth(501));
  }
  if (req.method != "GET" && req.method != "HEAD") {
    return (pass);
  }
}

sub vcl_req_authorization {
  if (req.http.authorization) {
    return (pass);
  }
}

sub vcl_req_cookie {
  if (req.http.cookie) {
    return (pass);
  }
}

sub vcl_pipe {
  call vcl_builtin_pipe;
  return (pipe);
}

sub vcl_builtin_pipe {
}

sub vcl_pass {
  call vcl_builtin_pass;
  return (fetch);
}

sub vcl_builtin_pass {
}

sub vcl_hash {
  call vcl_builtin_hash;
  return (lookup);
}

sub vcl_builtin_hash {
  hash_data(req.url);
  if (req.http.host) {
    hash_data(req.http.host);
  } else {
    hash_data(server.ip);
  }
}

sub vcl_purge {
  call vcl_builtin_purge;
  return (synth(200, "Purged"));
}

sub vcl_builtin_purge {
}

sub vcl_hit {
  call vcl_builtin_hit;
  return (deliver);
}

sub vcl_builtin_hit {
}

sub vcl_miss {
  call vcl_builtin_miss;
  return (fetch);
}

sub vcl_builtin_miss {
}

sub vcl_deliver {
  call vcl_builtin_deliver;
  return (deliver);
}

sub vcl_builtin_deliver {
}

sub vcl_synth {
  call vcl_builtin_synth;
  return (deliver);
}

sub vcl_builtin_synth {
  set resp.http.Content-Type = "text/html; charset=utf-8";
  set resp.http.Retry-After = "5";
  set resp.body = {"<!DOCTYPE html>
<html>
  <head>
    <title>"} + resp.status + " " + resp.reason + {"</title>
  </head>
  <body>
    <h1>"} + resp.status + " " + resp.reason + {"</h1>
    <p>The cache made this answer itself.</p>
    <p>XID: "} + req.xid + {"</p>
  </body>
</html>
"};
}

# Backend side --------------------------------------------------------------------------------------

sub vcl_backend_fetch {
  call vcl_builtin_backend_fetch;
  return (fetch);
}

sub vcl_builtin_backend_fetch {
  if (bereq.method == "GET") {
    unset bereq.body;
  }
}

sub vcl_backend_refresh {
  call vcl_builtin_backend_refresh;
  return (merge);
}

sub vcl_builtin_backend_refresh {
  call vcl_refresh_valid;
  call vcl_refresh_conditions;
  call vcl_refresh_status;
}

sub vcl_refresh_valid {
  if (!obj_stale.is_valid) {
    return (error(503, "Invalid object for refresh"));
  }
}

sub vcl_refresh_conditions {
  if (!bereq.http.if-modified-since && !bereq.http.if-none-match) {
    return (error(503, "Unexpected 304"));
  }
}

sub vcl_refresh_status {
  if (obj_stale.status != 200) {
    return (error(503, "Invalid object for refresh (status)"));
  }
}

sub vcl_backend_response {
  call vcl_builtin_backend_response;
  return (deliver);
}

sub vcl_builtin_backend_response {
  call vcl_beresp_range;
  if (bereq.uncacheable) {
    return (deliver);
  }
  call vcl_beresp_stale;
  call vcl_beresp_cookie;
  call vcl_beresp_control;
  call vcl_beresp_vary;
}

sub vcl_beresp_stale {
  if (beresp.ttl <= 0s) {
    call vcl_beresp_hitmiss;
  }
}

sub vcl_beresp_cookie {
  if (beresp.http.set-cookie) {
    call vcl_beresp_hitmiss;
  }
}

# Surrogate-Control speaks to caches like this one and outranks Cache-Control.
sub vcl_beresp_control {
  if (beresp.http.surrogate-control ~ "(?i)no-store" ||
      (!beresp.http.surrogate-control && beresp.http.cache-control ~ "(?i)(no-cache|no-store|private)")) {
    call vcl_beresp_hitmiss;
  }
}

sub vcl_beresp_vary {
  if (beresp.http.vary == "*") {
    call vcl_beresp_hitmiss;
  }
}

sub vcl_beresp_range {
  if (beresp.status != 206 && beresp.status != 416) {
    unset beresp.http.content-range;
  }
}

# Remembers for a while that this object is not for the cache, so that requests need not wait for each other.
sub vcl_beresp_hitmiss {
  set beresp.ttl = param.uncacheable_ttl;
  set beresp.uncacheable = true;
  return (deliver);
}

sub vcl_backend_error {
  call vcl_builtin_backend_error;
  return (deliver);
}

sub vcl_builtin_backend_error {
  set beresp.http.Content-Type = "text/html; charset=utf-8";
  set beresp.http.Retry-After = "5";
  set beresp.body = {"<!DOCTYPE html>
<html>
  <head>
    <title>"} + beresp.status + " " + beresp.reason + {"</title>
  </head>
  <body>
    <h1>"} + beresp.status + " " + beresp.reason + {"</h1>
    <p>The cache got no answer that it could use.</p>
    <p>XID: "} + bereq.xid + {"</p>
  </body>
</html>
"};
}

# Housekeeping --------------------------------------------------------------------------------------

sub vcl_init {
  return (ok);
}

sub vcl_fini {
  return (ok);
}
`;

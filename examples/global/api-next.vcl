vcl 4.1;

# The same policy, one release later.
backend dummy none;

sub vcl_recv {
    if (req.url ~ "^/admin/") {
        return (pass);
    }
}

sub vcl_deliver {
    set resp.http.X-Policy = "second";
}

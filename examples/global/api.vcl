vcl 4.1;

# Policy: no backend of its own, no VMOD, no host name.
backend dummy none;

sub vcl_recv {
    if (req.url ~ "^/admin/") {
        return (pass);
    }
}

sub vcl_deliver {
    set resp.http.X-Policy = "first";
}

vcl 4.1;

backend dummy none;

sub vcl_recv {
    set req.http.X-Policy = "www";
    # Only these cookies matter to the site; without them a page is the same for everybody.
    if (req.http.Cookie !~ "(^|;\s*)(session|basket)=") {
        unset req.http.Cookie;
    }
}

sub vcl_backend_response {
    set beresp.ttl = 30s;
    set beresp.grace = 1h;
}

sub vcl_deliver {
    set resp.http.X-Policy = req.http.X-Policy;
    set resp.http.X-Cache = "miss";
    if (obj.hits > 0) {
        set resp.http.X-Cache = "hit " + obj.hits;
    }
    unset resp.http.X-Powered-By;
}

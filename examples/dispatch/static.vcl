vcl 4.1;

backend dummy none;

sub vcl_recv {
    set req.http.X-Policy = "static";
    unset req.http.Cookie;
    set req.url = regsub(req.url, "\?v=[0-9a-f]+$", "");
}

sub vcl_backend_response {
    unset beresp.http.Set-Cookie;
    if (bereq.url ~ "\.(js|css|png)$") {
        set beresp.ttl = 1h;
    }
}

sub vcl_deliver {
    set resp.http.X-Policy = req.http.X-Policy;
    unset resp.http.X-Powered-By;
}

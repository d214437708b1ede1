vcl 4.1;

# Pure policy: the main VCL chose the backend already. A VCL must declare one all the same.
backend dummy none;

sub vcl_recv {
    set req.http.X-Policy = "api";
    if (req.url ~ "^/admin/") {
        return (pass);
    }
}

sub vcl_backend_response {
    if (beresp.http.Cache-Control) {
        set beresp.ttl = 5m;
    }
}

sub vcl_deliver {
    set resp.http.X-Policy = req.http.X-Policy;
    unset resp.http.X-Powered-By;
}

vcl 4.1;

# The policy of a shop: pages in two variants, one cart for each customer, and old pages while the application is away.
import std;

backend pages {
    .host = "pages.shop.example";
}

backend carts {
    .host = "carts.shop.example";
    .first_byte_timeout = 5s;
}

acl editors {
    "10.0.0.0"/8;
}

sub vcl_recv {
    # Two variants of each page, and not one for each browser; a purge is of one of them.
    if (req.http.User-Agent ~ "(?i)mobile|android|iphone") {
        set req.http.X-Device = "phone";
    } else {
        set req.http.X-Device = "desktop";
    }
    if (req.method == "PURGE") {
        if (client.ip !~ editors) {
            return (synth(403, "Not yours to purge"));
        }
        return (purge);
    }
    if (req.url ~ "^/cart\b") {
        if (req.http.Cookie !~ "(^|; )session=") {
            return (synth(401, "No session"));
        }
        set req.backend_hint = carts;
        return (pass);
    }

    set req.backend_hint = pages;
    unset req.http.Cookie;
    std.log("device: " + req.http.X-Device);
}

sub vcl_hash {
    hash_data(req.http.X-Device);
}

sub vcl_backend_response {
    if (bereq.backend == pages) {
        set beresp.ttl = 1m;
        set beresp.grace = 10m;
        unset beresp.http.Set-Cookie;
        if (beresp.http.Content-Type ~ "text/html") {
            set beresp.do_esi = true;
        }
    }
    # An old page is better than this one.
    if (beresp.status >= 500 && bereq.is_bgfetch) {
        return (abandon);
    }
}

sub vcl_deliver {
    if (obj.hits > 0) {
        set resp.http.X-Cache = "hit";
    } else {
        set resp.http.X-Cache = "miss";
    }
}

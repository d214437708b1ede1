vcl 4.1;

import pool;

backend dummy none;

sub vcl_init {
    new api = pool.group("api", "127.0.0.1:18091 127.0.0.1:18092");
}

sub vcl_recv {
    set req.backend_hint = global.api;
}

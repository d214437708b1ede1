vcl 4.1;

backend app {
    .host = "127.0.0.1";
    .port = "8000";
}

sub vcl_recv {
    if (req.url == "/healthz") {
        return (synth(200));
    }
}

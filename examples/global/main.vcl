vcl 4.1;

# Infrastructure: which services there are, and whose policy a request gets.
import svc;

backend dummy none;

sub vcl_init {
    new cluster = svc.endpoint_watcher(file = "endpoints.yaml");
}

sub vcl_recv {
    if (req.http.Host == "api.example.com") {
        set req.backend_hint = global.api;
        return (dispatch(api_policy));
    }
    return (synth(404));
}

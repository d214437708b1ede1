vcl 4.1;

# Infrastructure in one place: which services there are, and which policy handles the requests for each.
import svc;

backend dummy none;

sub vcl_init {
    # Reads the endpoints from the file that VCLC_ENDPOINTS names, and follows its changes.
    new cluster = svc.endpoint_watcher();
}

sub vcl_recv {
    if (req.http.host == "api.example.com") {
        set req.backend_hint = global.api;
        return (dispatch(api_policy));
    }
    if (req.http.host == "www.example.com") {
        set req.backend_hint = global.web;
        return (dispatch(www_policy));
    }
    if (req.http.host == "static.example.com") {
        set req.backend_hint = global.static;
        return (dispatch(static_policy));
    }

    return (synth(404));
}

vcl 4.1;

# Stands for the service behind global.api.
backend none_needed none;

sub vcl_recv {
    return (synth(200, "From the service"));
}

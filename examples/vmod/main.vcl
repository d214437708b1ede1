vcl 4.1;
import tally;
backend dummy none;

sub vcl_init {
    new visits = tally.counter(start = 100);
}

sub vcl_recv {
    set req.http.X-Visits = visits.add();
    if (req.url == "/bonus") { set req.http.X-Visits = visits.add(by = 10); }
    return (synth(200, tally.pause(10ms) + ", visit " + req.http.X-Visits));
}

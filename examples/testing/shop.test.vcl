vcl 4.1;

# vclc test examples/testing: the same shop, tested in its own language.
import assert;
import testing;

sub vcl_init {
    new pages = testing.origin();
    new carts = testing.origin();
}

# Both kinds of visitors get pages of their own.
sub test_devices {
    pages.echo();
    set req.http.User-Agent = "Mozilla/5.0 (iPhone)";
    testing.send("/sale");
    assert.equal(pages.bereq_header("X-Device"), "phone");
    assert.contains(testing.log(), "device: phone");

    unset req.http.User-Agent;
    testing.send("/sale");
    assert.equal(testing.cache(), "miss");
    assert.equal(pages.bereq_header("X-Device"), "desktop");
}

# A page is kept for a minute, and for ten more while the application is away.
sub test_old_pages_while_away {
    pages.answer(200, "old");
    testing.send("/");
    assert.equal(resp.http.X-Cache, "miss");
    assert.about(obj.ttl, 1m);

    testing.advance(30s);
    testing.send("/");
    assert.equal(testing.cache(), "hit");
    assert.equal(obj.hits, 1);
    assert.about(obj.age, 30s);
    assert.equal(testing.fetches(), 0);

    pages.fail(reset);
    testing.advance(5m);
    call expect_old_page;
    pages.answer(500);
    testing.advance(5m);
    call expect_old_page;
    pages.fail(reset);
    testing.advance(2m);
    testing.send("/");
    assert.equal(resp.status, 503);
}

sub expect_old_page {
    testing.send("/");
    assert.equal(resp.status, 200);
    assert.equal(testing.body(), "old");
}

# A session gets its own cart, every time.
sub test_carts {
    carts.answer(body = "two books");
    set req.http.Cookie = "session=42";
    testing.send("/cart");
    testing.send("/cart");
    assert.equal(testing.cache(), "pass");
    assert.equal(carts.bereq_header("Cookie"), "session=42");
    assert.equal(testing.body(), "two books");

    unset req.http.Cookie;
    testing.send("/cart");
    assert.equal(resp.reason, "No session");
    assert.equal(testing.fetches(), 0);
}

# Editors purge, others do not.
sub test_purge {
    testing.send("/");
    testing.send("/", method = "PURGE", client = "192.0.2.1");
    assert.equal(resp.status, 403);
    testing.send("/");
    assert.equal(testing.cache(), "hit");
    testing.send("/", method = "PURGE", client = "10.1.2.3");
    assert.equal(testing.ran("vcl_purge"), 1);
    testing.send("/");
    assert.equal(testing.cache(), "miss");
}

# While the carts are sick, nobody waits for them.
sub test_sick_carts {
    set req.http.Cookie = "session=1";
    carts.set_health(sick);
    testing.send("/cart");
    assert.equal(resp.status, 503);
    assert.equal(carts.calls(), 0);
    carts.set_health(healthy);
    testing.send("/cart");
    assert.equal(resp.status, 200);
    assert.equal(carts.calls(), 1);
}

import { expect, test } from "vitest";
import { request, settled } from "../../src/host/memory/index.js";
import { made, passing, vmods, world, type World } from "../support/dns-world.js";
import { loadVcl } from "../support/vmod-vcl.js";

/** What dynamic makes more of as it works. */
function counts({ host, instance }: World): Readonly<Record<string, number>> {
  return {
    backends: [...instance.sharedBackends].length,
    directors: instance.vcls().flatMap(({ directors }) => [...directors]).length,
    globals: [...instance.globalDirectors].length,
    vcls: instance.vcls().length,
    timers: host.clock.pending,
  };
}

test("S0-01 S0-04 five thousand names come and go: directors, backends and timers are as many as before", async () => {
  // Twenty names for each request.
  const asked = Array.from(
    { length: 20 },
    (_, at) => `set req.backend_hint = d.backend(req.http.X-To + "${at}");`,
  );
  const w = await world(`sub vcl_init { new d = dynamic.director(domain_usage_timeout = 5s); }
    sub vcl_recv { ${asked.join(" ")} if (std.healthy(req.backend_hint)) { return (pass); } }`);
  await w.host.clock.advance(100);
  const before = counts(w);
  for (let n = 0; n < 5000; n++)
    w.host.names.set(`n${Math.floor(n / 20)}-${n % 20}`, [`10.0.${n >> 8}.${n & 255}`]);
  for (let n = 0; n < 250; n++) expect(await w.get({ "X-To": `n${n}-` })).toMatch(/^10\.0\./);
  await settled();
  expect(made(w)).toHaveLength(5000);
  await w.host.clock.advance(200);
  expect(counts(w)).toEqual(before);
  expect(await w.get({ "X-To": "n7-" })).toBe("10.0.0.159:80 example.com");
});

test("S0-37 S0-40 loads and discards in a loop, with answers, stuck names, failing loads and cold VCLs, leave nothing behind", async () => {
  const vcl = (more = ""): string => `probe p { .interval = 1s; .initial = 3; }
    sub vcl_init { new d = dynamic.director(domain_usage_timeout = 100ms, probe = p); new l = directors.round_robin();
      l.add_backend(d.backend("foo.com")); l.add_backend(d.backend("stuck.com")); ${more} } ${passing}
    sub vcl_backend_fetch { set bereq.backend = l.backend(); }`;
  const w = await world(passing);
  w.host.stuck.add("stuck.com");
  await w.host.clock.advance(1);
  const before = counts(w);
  for (let round = 0; round < 12; round++) {
    await loadVcl(w.instance, `v${round}`, vmods, vcl());
    const response = w.get();
    await w.host.clock.advance(round % 3 === 0 ? 11 : 0);
    await w.run("backend.set_health *.d(foo.com:http) sick");
    await expect(loadVcl(w.instance, `bad${round}`, vmods, vcl('return (fail("no"));'))).rejects.toThrow(
      "no",
    );
    await w.instance.use("boot");
    if (round % 2 === 0) await w.instance.setState(`v${round}`, "cold");
    await w.host.clock.advance(11);
    expect(await response).toMatch(/192\.0\.2\.1|503/);
    await w.instance.discard(`v${round}`);
  }
  await w.host.clock.advance(200);
  expect(counts(w)).toEqual(before);
});

test("S0-47 commands answer at once while a hundred look-ups are stuck and requests wait for them", async () => {
  const vcl = `sub vcl_init { new d = dynamic.director(); }
    sub vcl_recv { return (synth(200, "" + std.healthy(d.backend(req.http.X-To)))); }`;
  const w = await world(vcl);
  const waiting = Array.from({ length: 100 }, (_, n) => {
    w.host.stuck.add(`n${n}.com`);
    return request(w.instance, { headers: { "X-To": `n${n}.com` } });
  });
  await settled();
  expect(w.host.lookUps).toHaveLength(100);
  let answered = 0;
  for (const response of waiting) void response.then(() => (answered += 1));
  const began = w.host.now();
  for (let round = 0; round < 20; round++) {
    expect(
      (await w.run("backend.list *.*"))[1].match(/^boot\.d\(n\d+\.com:http\) +\w+ +0\/0 +sick/gm),
    ).toHaveLength(100);
    expect(await w.run(`backend.set_health d(n${round}.com:http) ${round % 2 ? "sick" : "healthy"}`)).toEqual(
      [200, ""],
    );
  }
  // Neither a request that waits nor time that passes was needed.
  expect([answered, w.host.now()]).toEqual([0, began]);
  await w.host.clock.advance(10);
  const reasons = (await Promise.all(waiting)).map(({ reason }) => reason);
  expect(reasons.filter((reason) => reason === "true")).toHaveLength(10);
});

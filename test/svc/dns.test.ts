import { expect, test } from "vitest";
import type { DnsQuery, DnsRecord, Host } from "vclc/runtime";
import { Discovering } from "../support/discovery/discovering.js";

/** A DNS: records by type and name; a text instead of them is why there are none. */
function dns(records: Record<string, readonly DnsRecord[] | string>) {
  const d = new Discovering();
  const asked: DnsQuery[] = [];
  (d.host as Host).queryDns = (query) => {
    asked.push(query);
    const found = records[`${query.type} ${query.name}`] ?? `queryA ENOTFOUND ${query.name}`;
    return typeof found === "string" ? Promise.reject(new Error(found)) : Promise.resolve(found);
  };
  return { d, asked, records };
}

const srv = "_http._tcp.example.com";

test("S4-66 targets of SRV records are endpoints with their addresses, looked up again when answers have run out", async () => {
  const { d, records, asked } = dns({
    [`SRV ${srv}`]: [
      { target: "a.example.com", port: 81, priority: 1, weight: 5 },
      { target: "b.example.com", port: 82, priority: 1, weight: 0 },
    ],
    "A a.example.com": [
      { target: "192.0.2.2", ttl: 7 },
      { target: "192.0.2.1", ttl: 7 },
    ],
    "AAAA b.example.com": [{ target: "2001:db8::1", ttl: 60 }],
  });
  await d.load(`dns("api=${srv}", servers = "192.0.2.53", timeout = 2s)`);
  expect(await d.services).toEqual(["api: 192.0.2.1:81 192.0.2.2:81 [2001:db8::1]:82"]);
  expect(asked[0]).toEqual({ name: srv, type: "SRV", servers: ["192.0.2.53"], timeout: 2 });
  records["A a.example.com"] = [{ target: "192.0.2.3", ttl: 0 }];
  await d.pass(6.9);
  expect(asked.length).toBe(4);
  await d.pass(0.2);
  expect(await d.services).toEqual(["api: 192.0.2.3:81 [2001:db8::1]:82"]);
  // A TTL of 0 is not asked for all the time.
  const before = asked.length;
  await d.pass(5);
  expect(asked.length - before).toBeLessThan(6 * 4);
});

test("a host name with a port is asked for its addresses, as often as interval says", async () => {
  const { d, records, asked } = dns({ "A web.example.com": [{ target: "192.0.2.1" }] });
  await d.load('dns("web=web.example.com:8080", interval = 10s)');
  records["A web.example.com"] = [{ target: "192.0.2.4" }];
  await d.pass(9);
  expect(asked.length).toBe(1);
  await d.pass(2);
  expect(await d.services).toEqual(["web: 192.0.2.4:8080"]);
});

test("the lowest priority that has somebody healthy gets the traffic", async () => {
  const { d } = dns({
    [`SRV ${srv}`]: [
      { target: "192.0.2.1", port: 81, priority: 20, weight: 1 },
      { target: "192.0.2.2", port: 82, priority: 10, weight: 1 },
      { target: "192.0.2.3", port: 83, priority: 10, weight: 3 },
    ],
  });
  for (const address of ["192.0.2.1:81", "192.0.2.2:82", "192.0.2.3:83"])
    d.host.origin(address, () => ({ body: address }));
  await d.load(`dns("api=${srv}")`);
  const picks = (): Promise<readonly (string | undefined)[]> =>
    d.instance.control.run((registry) => {
      const director = registry.named("api");
      const task = { host: d.host } as never;
      return Array.from(
        { length: 8 },
        () => (director?.resolve?.(task) as { vclName: string } | undefined)?.vclName,
      );
    });
  const count = (list: readonly unknown[], part: string): number =>
    list.filter((text) => String(text).includes(part)).length;
  const first = await picks();
  expect([count(first, ":81"), count(first, ":82"), count(first, ":83")]).toEqual([0, 2, 6]);
  await d.instance.control.run((registry) => {
    for (const member of registry.named("api")?.members?.() ?? [])
      if (!member.vclName.includes(":81"))
        Object.assign(member, { health: () => ({ healthy: false, changed: 0 }) });
  });
  expect(count(await picks(), ":81")).toBe(8);
});

test("a look-up that fails changes nothing and is told of; one that says that there is no such service empties it", async () => {
  const { d, records } = dns({
    [`SRV ${srv}`]: [{ target: "192.0.2.1", port: 81, priority: 0, weight: 0 }],
  });
  await d.load(`dns("api=${srv}", interval = 5s)`);
  records[`SRV ${srv}`] = "querySrv ESERVFAIL";
  await d.pass(6);
  expect(await d.services).toEqual(["api: 192.0.2.1:81"]);
  expect(d.told).toEqual([
    `Error svc: DNS: ${srv}: the DNS server failed (ESERVFAIL); the last good state serves on`,
  ]);
  records[`SRV ${srv}`] = [{ target: ".", port: 0, priority: 0, weight: 0 }];
  await d.pass(31);
  expect(await d.services).toEqual(["api:"]);
  expect(d.told[1]).toBe("Notice svc: DNS: is followed again");
});

test("a target that cannot be looked up keeps its last addresses, and is told of; the others go on", async () => {
  const record = (target: string, port: number) => ({ target, port, priority: 1, weight: 1 });
  const { d, records } = dns({
    [`SRV ${srv}`]: [record("a.example.com", 81), record("b.example.com", 82)],
    "A a.example.com": [{ target: "192.0.2.1" }],
    "A b.example.com": [{ target: "192.0.2.2" }],
  });
  await d.load(`dns("api=${srv}", interval = 5s)`);
  records["A a.example.com"] = [{ target: "192.0.2.3" }];
  records["A b.example.com"] = "queryA ETIMEOUT b.example.com";
  await d.pass(20);
  expect(await d.services).toEqual(["api: 192.0.2.2:82 192.0.2.3:81"]);
  expect(d.told).toEqual([
    "Error svc: DNS: b.example.com: no answer in time (ETIMEOUT); the last good state serves on",
  ]);
  records["A b.example.com"] = [{ target: "192.0.2.4" }];
  await d.pass(6);
  expect(await d.services).toEqual(["api: 192.0.2.3:81 192.0.2.4:82"]);
  expect(d.told[1]).toBe("Notice svc: DNS: is followed again");
  // It has none yet, and is no reason not to serve with the others.
  records[`SRV ${srv}`] = [record("a.example.com", 81), record("c.example.com", 83)];
  await d.pass(6);
  expect(await d.services).toEqual(["api: 192.0.2.3:81"]);
  expect(d.told[2]).toContain("c.example.com: there is no such name");
});

test.each([
  ['dns("api")', 's: "api" is neither a name of SRV records (_http._tcp.…) nor a host with a port'],
  ['dns("api=x:80", servers = "ns1")', 's: "ns1" is no address, or address and port, of a DNS server'],
  ['dns("api=x:80", interval = 0s)', "s: interval must be more than 0s"],
  ['dns("api=nowhere.invalid:80")', "svc.dns: DNS: nowhere.invalid: there is no such name (ENOTFOUND)"],
])("what makes no sense, or is not there, fails the load: %s", async (call, message) => {
  await expect(dns({}).d.load(call)).rejects.toThrow(message);
});

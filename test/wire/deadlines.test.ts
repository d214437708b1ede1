import { expect, test } from "vitest";
import { MemoryHost } from "../../src/host/memory/index.js";
import { deadline, Deadlines } from "../../src/runtime/wire/deadlines.js";

test("each expires at its time, in order, and those moved or dropped do not", async () => {
  const host = new MemoryHost();
  const start = host.now();
  const deadlines = new Deadlines(host);
  const expired: [string, number][] = [];
  const make = (name: string) =>
    deadline(() => void expired.push([name, Math.round((host.now() - start) * 10) / 10]));
  const [first, moved, earlier, dropped, again] = ["first", "moved", "earlier", "dropped", "again"].map(make);
  if (!first || !moved || !earlier || !dropped || !again) throw new Error("five were made");
  deadlines.in(first, 1);
  deadlines.in(moved, 1);
  deadlines.in(earlier, 5);
  deadlines.in(dropped, 2);
  deadlines.in(moved, 3);
  deadlines.in(earlier, 0.5);
  await host.clock.advance(1.5);
  deadlines.drop(dropped);
  deadlines.set(again, Infinity);
  deadlines.in(again, 1);
  await host.clock.advance(10);
  expect(expired).toEqual([
    ["earlier", 0.5],
    ["first", 1],
    ["again", 2.5],
    ["moved", 3],
  ]);
});

test("ten thousand of them have one timer of the host's", () => {
  const host = new MemoryHost();
  let timers = 0;
  const set = host.setTimer.bind(host);
  host.setTimer = (seconds, callback) => ((timers += 1), set(seconds, callback));
  const deadlines = new Deadlines(host);
  const all = Array.from({ length: 10_000 }, () => deadline(() => undefined));
  for (const each of all) deadlines.in(each, 5);
  for (const each of all) deadlines.in(each, 6);
  expect(timers).toBe(1);
});

test("a deadline that sets itself again goes on", async () => {
  const host = new MemoryHost();
  const deadlines = new Deadlines(host);
  let times = 0;
  const each = deadline(() => {
    times++;
    if (times < 5) deadlines.in(each, 1);
  });
  deadlines.in(each, 1);
  await host.clock.advance(20);
  expect(times).toBe(5);
});

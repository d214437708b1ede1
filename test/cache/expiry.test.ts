import fc from "fast-check";
import { expect, it } from "vitest";
import { CachedObject } from "../../src/runtime/cache/cached-object.js";
import { ExpiryHeap } from "../../src/runtime/cache/expiry.js";

it("gives objects in the order of their ends, whatever was added and taken out before", () => {
  const steps = fc.array(fc.record({ end: fc.nat(100), remove: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (plan) => {
      const heap = new ExpiryHeap();
      const all = plan.map(({ end }) => Object.assign(new CachedObject(), { origin: end }));
      for (const object of all) heap.add(object);
      const kept = all.filter((object, index) => {
        if (plan[index]?.remove) heap.remove(object);
        return !plan[index]?.remove;
      });
      const ends: number[] = [];
      for (let next = heap.pop(1000); next; next = heap.pop(1000)) ends.push(next.origin);
      expect(ends).toEqual(kept.map(({ origin }) => origin).sort((a, b) => a - b));
      expect(heap.size).toBe(0);
    }),
  );
});

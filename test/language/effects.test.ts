import { describe, expect, test } from "vitest";
import { variables, type VariableEntry } from "../../src/language/variables.js";
import { setLimits } from "../../src/language/limits.js";
import { setEffects, type Effect } from "./set-variables.js";
import { get, WireWorld } from "./wire-world.js";

const backends =
  'backend default { .host = "192.0.2.1"; }\nbackend other { .host = "192.0.2.2"; }\nunused other;\n';

async function transcript({ vcl = "", version, parameters = {}, play }: Effect, set = ""): Promise<string> {
  const world = new WireWorld();
  world.answers(() => ({}));
  const statement = set.replace(/^(\w+): (.*)$/s, "sub $1 { $2 }\n");
  await world.load(version ?? "4.1", `${backends}${statement}${vcl}`, parameters);
  await (play ? play(world) : world.client(get()));
  return world.transcript;
}

describe("setting a variable does what it says, on the wire, and not setting it does not", () => {
  test.each(Object.entries<Effect>(setEffects))("%s", async (_name, effect) => {
    expect(await transcript(effect, effect.set)).toMatch(effect.shows);
    expect(await transcript(effect)).not.toMatch(effect.shows);
  });

  test("every variable that can be set is there, or said to do less", () => {
    const all: readonly VariableEntry[] = variables;
    const settable = all.filter(({ write, unset }) => write ?? unset).map(({ name }) => name);
    expect(new Set([...Object.keys(setEffects), ...Object.keys(setLimits)])).toEqual(new Set(settable));
  });
});

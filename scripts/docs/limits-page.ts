import { functionLimits, setLimits, type RuntimeLimit } from "../../src/language/limits.js";
import { idleFeatures } from "../../src/runtime/parameters.js";
import { ParameterStore } from "../../src/runtime/command/parameter-store.js";
import { generatedFrom } from "./markdown.js";

/** docs/limits.md: what compiles and does less with vclc's runtime than with Varnish. */
export function limitsPage(): ReadonlyMap<string, string> {
  const text = `# What does less than with Varnish

${generatedFrom("src/language/limits.ts and the tables of parameters")}
Everything that compiles does with \`vclc run\` what it does with Varnish, but for this: \`vclc check --target vclc\` says so at its place, \`vclc explain\` at its name. That
nothing else does less is held by tests (\`test/language\`), which go over every variable, action, field and function.

## In VCL

| what | what becomes of it | instead |
| --- | --- | --- |
${rows("", setLimits, (name) => `\`set ${name}\``)}
${Object.entries(functionLimits)
  .map(([vmod, limits]) => rows(`${vmod}.`, limits, named))
  .join("\n")}

The VMODs \`assert\` and \`testing\` are for tests ([unit-testing.md](unit-testing.md)): without one, VCL that imports them does not load. Inline C is refused.

## Parameters

Every parameter of Varnish's can be set and shown, so that scripts that do so go on. Those that something here goes by say what for in \`param.show\`; these change nothing:

${list(idleParameters())}

and of \`feature\` these bits:

${list(idleFeatures)}
`;
  return new Map([["docs/limits.md", text]]);
}

function rows(
  prefix: string,
  limits: Readonly<Record<string, RuntimeLimit>>,
  name: (key: string) => string,
): string {
  return Object.entries(limits)
    .map(([key, { effect, instead }]) => `| ${name(`${prefix}${key}`)} | ${effect} | ${instead} |`)
    .join("\n");
}

/** A function with its parentheses, empty unless an argument or a word stands in them. */
function named(key: string): string {
  return `\`${key.endsWith(")") ? key : `${key}()`}\``;
}

function idleParameters(): readonly string[] {
  const store = new ParameterStore({} as ConstructorParameters<typeof ParameterStore>[0]);
  return store.names.filter((name) => store.isIdle(name));
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

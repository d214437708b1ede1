import type { Instance } from "../instance.js";

/** What `vcl.symtab` prints: which VCLs and labels refer to which, in varnishd's form. The symbols of a VCL are the labels that it names. */
export function symbolTable(instance: Instance): string {
  const all = instance.deps();
  const labels = new Set(instance.list().flatMap(({ name, label }) => (label ? [name] : [])));
  const lines = all.flatMap(({ name, deps }) => {
    const users = all.filter((other) => other.deps.includes(name)).map((other) => other.name);
    return labels.has(name)
      ? [
          `Label: ${name}`,
          ...section("imports from", deps),
          ...section("exports to", users, () => symbol(name)),
        ]
      : [
          `Vcl: ${name}`,
          ...section("imports from", deps, symbol),
          ...section("exports to", users),
          "  symtab:",
          "    {array}",
          ...version,
          ...deps.flatMap(symbol),
        ];
  });
  return lines.map((line) => `${line}\n`).join("");
}

const version = ["      {object}", '        ["version"]: {number} <0>'];

function section(
  head: string,
  names: readonly string[],
  detail: (name: string) => readonly string[] = () => [],
): string[] {
  if (names.length === 0) return [];
  return [`  ${head}:`, ...names.flatMap((name) => [`    ${name}`, ...detail(name)])];
}

function symbol(label: string): string[] {
  const members = { dir: "import", type: "$VCL", name: label };
  const lines = Object.entries(members).map(([name, value]) => `        ["${name}"]: {string} <${value}>`);
  return ["      {object}", ...lines];
}

import type { CallGraph, GraphSub } from "./call-graph.js";

/** The call graph in the language of Graphviz. Built-in VCL is dashed, labels are folders, subs given as values have dashed arrows. */
export function graphviz({ name, subs, calls }: CallGraph): string {
  const id = JSON.stringify;
  const lines = subs.map((sub) => {
    const style = sub.isBuiltin ? ", style=dashed" : sub.kind === "user" ? "" : ", style=bold";
    return `${id(sub.name)} [label=${id(caption(sub, "\n"))}${style}];`;
  });
  for (const label of labelsOf(subs))
    lines.push(`${id(`label ${label}`)} [label=${id(label)}, shape=folder];`);
  for (const { from, to, how } of calls) {
    lines.push(`${id(from)} -> ${id(to)}${how === "value" ? " [style=dashed]" : ""};`);
  }
  for (const sub of subs) {
    for (const label of sub.labels)
      lines.push(`${id(sub.name)} -> ${id(`label ${label.name}`)} [label=${id(label.action)}];`);
  }
  const head = ["rankdir=LR;", 'node [shape=box, fontname="sans-serif"];', ...lines];
  return `digraph ${id(name)} {\n${head.map((line) => `  ${line}\n`).join("")}}\n`;
}

/** The call graph in the language of Mermaid, which code hosts draw in Markdown. Signs as for `graphviz`. */
export function mermaid({ subs, calls }: CallGraph): string {
  const lines = subs.map((sub) => {
    const style = sub.isBuiltin ? ":::builtin" : "";
    return `${mermaidId(sub.name)}["${caption(sub, "<br/>")}"]${style}`;
  });
  for (const label of labelsOf(subs)) lines.push(`${mermaidLabelId(label)}[/"${label}"/]`);
  for (const { from, to, how } of calls) {
    lines.push(`${mermaidId(from)} ${how === "value" ? "-.->" : "-->"} ${mermaidId(to)}`);
  }
  for (const sub of subs) {
    for (const { action, name } of sub.labels)
      lines.push(`${mermaidId(sub.name)} -->|${action}| ${mermaidLabelId(name)}`);
  }
  if (subs.some(({ isBuiltin }) => isBuiltin)) lines.push("classDef builtin stroke-dasharray: 4 4");
  return `flowchart LR\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

/** What stands in the box of a sub: its name, and below it what it returns. */
function caption({ name, actions }: GraphSub, lineEnd: string): string {
  return actions.length === 0 ? name : `${name}${lineEnd}return ${actions.join(", ")}`;
}

function labelsOf(subs: readonly GraphSub[]): ReadonlySet<string> {
  return new Set(subs.flatMap(({ labels }) => labels.map(({ name }) => name)));
}

/** Two names have two ids, of which none is a word of Mermaid's. */
function mermaidId(name: string): string {
  return `${name.replaceAll("_", "__").replaceAll("-", "_m")}_`;
}

/** Unlike any sub's, it does not end in `_`. */
function mermaidLabelId(label: string): string {
  return `${mermaidId(label)}label`;
}

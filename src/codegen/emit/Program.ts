import type { SubFact } from "../../analyze/program.js";
import { className } from "../../vcc/typescript-types.js";
import { Emitter } from "../emitter.js";
import { nodeHandlers } from "../handlers.js";
import type { Module } from "../module.js";
import { quote, Writer, type WrittenText } from "../writer.js";
import { emitAclDeclaration } from "./AclDeclaration.js";
import { emitBackendDeclaration } from "./BackendDeclaration.js";
import { emitImportDeclaration } from "./ImportDeclaration.js";
import { emitProbeDeclaration } from "./ProbeDeclaration.js";
import { emitMethodSub, emitUserSub } from "./SubDeclaration.js";

/** Writes the whole module. What is used by a part has to be known before it is declared, so the parts are written from the last to the first. */
export function emitProgram(module: Module): WrittenText {
  const members = emitMembers(module);
  const functions = emitFunctions(module);
  const declarations = emitDeclarations(module);
  const out = new Writer(module.mode);
  const load = emitLoad(module, [declarations, functions, members]);
  emitHead(out, module);
  out.append(load);
  return out.finish();
}

function emitHead(out: Writer, module: Module): void {
  module.runtime("defineVcl");
  if (module.mode === "body") {
    out.line('"use strict";');
    out.line(`const { ${[...module.runtimeValues].sort().join(", ")} } = runtime;`);
  } else {
    out.line(
      `// Compiled by vclc from ${module.source}, module format ${module.format.version}. Change the VCL, not this file.`,
    );
    emitRuntimeImports(out, module);
  }
  for (const fact of module.usedImports) emitImportDeclaration(out, module, fact);
  out.write("\n");
  if (module.constants.isEmpty) return;
  module.constants.writeTo(out);
  out.write("\n");
}

function emitRuntimeImports(out: Writer, module: Module): void {
  const byFile = new Map<string, { readonly values: string[]; readonly types: string[] }>();
  const add = (kind: "values" | "types") => (name: string) => {
    const specifier = module.options.runtimeSpecifier?.(name) ?? "vclc/runtime";
    const names = byFile.get(specifier) ?? { values: [], types: [] };
    byFile.set(specifier, names);
    names[kind].push(name);
  };
  [...module.runtimeValues].sort().forEach(add("values"));
  if (module.mode === "typescript") [...module.runtimeTypes].sort().forEach(add("types"));
  for (const [specifier, { values, types }] of [...byFile].sort(([left], [right]) =>
    left < right ? -1 : 1,
  )) {
    if (values.length === 0) out.line(`import type { ${types.join(", ")} } from ${quote(specifier)};`);
    else
      out.line(
        `import { ${[...values, ...types.map((name) => `type ${name}`)].join(", ")} } from ${quote(specifier)};`,
      );
  }
}

function emitLoad(module: Module, parts: readonly Writer[]): Writer {
  const out = new Writer(module.mode);
  const { program } = module;
  out.write(module.mode === "body" ? "return " : "export default ");
  out.line(
    `defineVcl({ format: ${module.format.version}, source: ${quote(module.source)}, version: ${program.version} }, (vpi) => {`,
  );
  for (const part of parts) {
    out.append(part);
    out.write("\n");
  }
  const told = module.toldImports.map((fact) => module.nameOf(fact));
  out.line(told.length === 0 ? "});" : `}, [${told.join(", ")}]);`);
  return out;
}

/** Backends, ACLs, probes and what else one load has of its own. */
function emitDeclarations(module: Module): Writer {
  const e = new Emitter(module, nodeHandlers);
  const { program } = module;
  const { defaultBackend } = program;
  if (defaultBackend) module.nameOf(defaultBackend);
  markMentionedInFields(module);
  for (const declaration of program.probes) emitProbeDeclaration(e, declaration);
  for (const declaration of program.backends) emitBackendDeclaration(e, declaration);
  if (defaultBackend) e.out.line(`vpi.useDefaultBackend(${module.nameOf(defaultBackend)});`);
  for (const fact of program.acls) emitAclDeclaration(e, fact);
  module.loadConstants.writeTo(e.out);
  emitBindings(e);
  return e.out;
}

/** A declaration says its name only where the name is used; the fields of a later backend may use it. */
function markMentionedInFields(module: Module): void {
  for (const fields of module.program.fields.values()) {
    for (const fact of fields.values()) {
      if (fact.kind === "backend") module.nameOf(fact.declaration);
      if (fact.kind === "probe" && fact.declaration.kind === "ProbeDeclaration")
        module.nameOf(fact.declaration);
    }
  }
}

/** Locals that request code reads: objects and global directors, bound at init, and labels. */
function emitBindings({ module, out }: Emitter): void {
  const { objects, globals, labels } = module.program;
  for (const fact of objects) {
    const type = `${module.nameOf(fact.import)}.${className(fact.object.name)}`;
    out.within(fact.statement.name.span, () => {
      out.write(`let ${module.declaredName(fact)}`);
      out.type(`: ${type}`);
      out.line(";");
    });
  }
  for (const { name, identifier } of globals) {
    out.within(identifier.span, () => {
      out.write(`let ${module.globalName(name)}`);
      if (module.mode === "typescript") out.type(`: ${module.runtimeType("Director")}`);
      out.line(";");
    });
  }
  for (const { name, identifier } of labels) {
    out.within(identifier.span, () => {
      if (module.isLabelUsed(name)) out.write(`const ${module.labelName(name)} = `);
      out.line(`vpi.label(${quote(name)}, ${quote(module.place(identifier.span))});`);
    });
  }
}

/** The subs that are called, in source order; one that no emitted code calls is left out. */
function emitFunctions(module: Module): Writer {
  const pending = new Set(module.program.subs.filter(({ kind }) => kind !== "method"));
  const written = new Map<SubFact, Writer>();
  for (let found = true; found;) {
    found = false;
    for (const sub of pending) {
      if (!module.isUsed(sub)) continue;
      const out = new Writer(module.mode);
      emitUserSub(out, emitterFor(module, sub), sub);
      written.set(sub, out);
      pending.delete(sub);
      found = true;
    }
  }
  const out = new Writer(module.mode);
  for (const sub of module.program.subs) {
    const text = written.get(sub);
    if (!text) continue;
    out.append(text);
    out.write("\n");
  }
  return out;
}

function emitMembers(module: Module): Writer {
  const out = new Writer(module.mode);
  const { subs, globals, objects, entries } = module.program;
  const methods = subs.filter(({ kind }) => kind === "method");
  const isHousekeeping = ({ name }: SubFact): boolean => name === "vcl_init" || name === "vcl_fini";
  out.line("return {");
  const members: (() => void)[] = [];
  for (const sub of methods.filter(isHousekeeping))
    members.push(() => emitMethodSub(out, emitterFor(module, sub), sub));
  if (globals.length > 0) members.push(() => emitBind(out, module));
  if (objects.length > 0) members.push(() => emitObjects(out, module));
  for (const sub of methods.filter((sub) => !isHousekeeping(sub))) {
    members.push(() => emitMethodSub(out, emitterFor(module, sub), sub));
  }
  if (entries.length > 0) members.push(() => emitEntries(out, module));
  for (const [index, member] of members.entries()) {
    if (index > 0) out.write("\n");
    member();
  }
  out.line("};");
  return out;
}

function emitterFor(module: Module, sub: SubFact): Emitter {
  return new Emitter(module, nodeHandlers, sub);
}

/** Binds what vcl_init has not bound already. */
function emitBind(out: Writer, module: Module): void {
  out.line("bind() {");
  for (const { name, identifier } of module.program.globals) {
    out.within(identifier.span, () => {
      const twin = module.backendPlace(name);
      const places = [module.place(identifier.span), ...(twin === undefined ? [] : [twin])];
      out.line(`${module.globalName(name)} ??= vpi.bindGlobal(${[name, ...places].map(quote).join(", ")});`);
    });
  }
  out.line("},");
}

function emitObjects(out: Writer, module: Module): void {
  const entries = module.program.objects.map((fact) => {
    const nullOk = fact.object.nullOk ? ", true" : "";
    return `[${quote(fact.name)}, ${module.nameOf(fact)}${nullOk}]`;
  });
  out.line(`objects: () => [${entries.join(", ")}],`);
}

/** The subs that are called from outside. */
function emitEntries(out: Writer, module: Module): void {
  module.format.uses("entries");
  const entries = module.program.entries.map((sub) => `[${quote(sub.name)}, ${module.nameOf(sub)}]`);
  out.line(`entries: [${entries.join(", ")}],`);
}

import { className, isReserved, isRuntimeType, parameterName, TypeWriter } from "./typescript-types.js";
import type { VccArgument, VccFunction, VccObject, VmodInterface } from "./vmod-interface.js";

export interface VmodTypesOptions {
  /** Where the runtime's types come from. */
  readonly runtime?: string;
  /** The implementation to check against the interface. */
  readonly implementation?: string;
  /** What the first line says wrote the text. */
  readonly generator?: string;
}

/**
 * Writes the TypeScript interface that the implementation of a VMOD must satisfy. An implementation with a wrong signature does not compile
 * together with this text: its last declaration asks for exactly that. Not formatted; the same input gives the same text.
 */
export function vmodTypes(vmod: VmodInterface, options: VmodTypesOptions = {}): string {
  const { implementation = `./${vmod.name}.js` } = options;
  const name = moduleName(vmod);
  return `${interfaces(vmod, options)}
type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from ${vmod.name}.vcc. */
export type Checked${name} = Implements<${name}, typeof import(${JSON.stringify(implementation)})>;
`;
}

/**
 * Writes what a module's implementation would export, for a VMOD that has none here: with it, emitted modules that import the VMOD
 * type-check. Not formatted.
 */
export function vmodDeclarations(
  vmod: VmodInterface,
  options: Pick<VmodTypesOptions, "runtime" | "generator"> = {},
): string {
  const name = moduleName(vmod);
  const values = functionsOf(vmod).map((read) =>
    exported(read.name, `${name}[${JSON.stringify(read.name)}]`),
  );
  for (const object of vmod.objects.values()) values.push(exportedClass(className(object.name)));
  if (vmod.events) values.push(exported("event", `${name}["event"]`));
  return `${interfaces(vmod, options)}\n${values.join("\n")}\n`;
}

/** A constant cannot be called `delete`, but it can be exported under that name. */
function exported(name: string, type: string): string {
  if (!isReserved(name)) return `export declare const ${name}: ${type};`;
  return `declare const ${name}_: ${type};\nexport { ${name}_ as ${name} };`;
}

/** Emitted code takes the class's name for its constructor and for the type of its instances. */
function exportedClass(type: string): string {
  const instance = instanceType(type);
  if (instance === type) return `export declare const ${type}: ${type}Class;`;
  return `declare const ${type}_: ${type}Class;\ntype ${type}_ = ${instance};\nexport { ${type}_ as ${type} };`;
}

function moduleName({ name }: VmodInterface): string {
  return `${className(name)}Vmod`;
}

/** An alias is entered under its new name with the target's declaration: its implementation is the target's. */
function functionsOf({ functions }: VmodInterface): readonly VccFunction[] {
  return [...functions].filter(([key, { name: own }]) => key === own).map(([, read]) => read);
}

function interfaces(vmod: VmodInterface, options: VmodTypesOptions): string {
  const { runtime = "vclc/runtime", generator = "`npm run vmod:types`" } = options;
  const writer = new TypeWriter();
  const functions = functionsOf(vmod);
  const objects = [...vmod.objects.values()];
  const all = [...functions, ...objects.flatMap(({ construct, methods }) => [construct, ...methods])];
  const declared = [
    ...functions.map((read) => argumentsType(writer, read, className(read.name))),
    ...objects.flatMap((object) => objectTypes(writer, object)),
    moduleType(writer, moduleName(vmod), vmod, functions, objects),
  ].filter((text) => text !== "");
  if (all.some(({ privs }) => privs.length > 0)) writer.use("Priv");
  const imports = [...writer.uses].sort().join(", ");
  return [
    `// Generated from ${vmod.name}.vcc by ${generator}. Change the .vcc, not this file.`,
    imports === "" ? "" : `import type { ${imports} } from ${JSON.stringify(runtime)};\n`,
    declared.join("\n\n"),
    "",
  ].join("\n");
}

function moduleType(
  writer: TypeWriter,
  name: string,
  { description, events }: VmodInterface,
  functions: readonly VccFunction[],
  objects: readonly VccObject[],
): string {
  const members = functions.map((read) => member(writer, read, className(read.name)));
  for (const object of objects) {
    members.push(`readonly ${className(object.name)}: ${className(object.name)}Class;`);
  }
  if (events) {
    for (const used of ["HousekeepingTask", "Priv", "VclEvent"]) writer.use(used);
    members.push(
      "/** Told of the life of every VCL that imports this VMOD. */\n" +
        "readonly event: (task: HousekeepingTask, priv: Priv, event: VclEvent) => void | Promise<void>;",
    );
  }
  return `${comment(description)}export interface ${name} {\n${members.join("\n\n")}\n}`;
}

function objectTypes(writer: TypeWriter, { name, construct, methods, doc }: VccObject): readonly string[] {
  const type = className(name);
  const instance = instanceType(type);
  const parameters = [
    `task: ${writer.use("HousekeepingTask")}`,
    "vclName: string",
    ...ownParameters(writer, construct, type),
  ].join(", ");
  const result = construct.suspends ? `${instance} | Promise<${instance}>` : instance;
  const members = methods.map((method) => member(writer, method, `${type}${className(method.name)}`));
  members.push(
    "/** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */\nreadonly fini?: (served: boolean) => void;",
  );
  return [
    argumentsType(writer, construct, type),
    ...methods.map((method) => argumentsType(writer, method, `${type}${className(method.name)}`)),
    `${comment(doc)}export interface ${instance} {\n${members.join("\n\n")}\n}`,
    `export interface ${type}Class {\n/** \`new vclName = …\` in vcl_init. */\nreadonly create: (${parameters}) => ${result};\n}`,
  ];
}

/** The type of an object's instances. A class that is called as a type of the runtime (blob.blob) must not hide that one. */
function instanceType(type: string): string {
  return isRuntimeType(type) ? `${type}Object` : type;
}

/** Members are properties, so that TypeScript compares parameters strictly; it is lenient with methods. */
function member(writer: TypeWriter, read: VccFunction, typePrefix: string): string {
  const parameters = [`task: ${writer.taskOf(read)}`, ...ownParameters(writer, read, typePrefix)].join(", ");
  return `${comment(read.doc)}readonly ${read.name}: (${parameters}) => ${writer.resultOf(read)};`;
}

/** One Priv for each PRIV_* argument, then the arguments: one after the other, or one object where any may be absent. */
function ownParameters(writer: TypeWriter, read: VccFunction, typePrefix: string): readonly string[] {
  const privs = read.privs.map((scope, index) => {
    const name = scope.toLowerCase().replace(/_(\w)/, (_, letter: string) => letter.toUpperCase());
    const isRepeated = read.privs.indexOf(scope) !== index;
    return `${name}${isRepeated ? String(index + 1) : ""}: Priv`;
  });
  if (takesObject(read)) return [...privs, `args: ${typePrefix}Args`];
  return [
    ...privs,
    ...read.args.map((argument) => `${parameterName(argument)}: ${argumentType(writer, argument)}`),
  ];
}

/** A function with any `[optional]` argument takes one object of arguments. */
export function takesObject({ args }: VccFunction): boolean {
  return args.some(({ optional }) => optional);
}

function argumentsType(writer: TypeWriter, read: VccFunction, typePrefix: string): string {
  if (!takesObject(read)) return "";
  const members = read.args.map((argument) => {
    // A default of no value is left out like an optional argument.
    const mayBeAbsent = argument.default === null || (argument.optional && argument.default === undefined);
    const type = argumentType(writer, argument);
    const absent = mayBeAbsent && !type.endsWith("undefined") ? " | undefined" : "";
    return `readonly ${argument.implementationName}${mayBeAbsent ? "?" : ""}: ${type}${absent};`;
  });
  return `export interface ${typePrefix}Args {\n${members.join("\n")}\n}`;
}

function argumentType(writer: TypeWriter, { type, values }: VccArgument): string {
  return writer.typeOf(type, values);
}

function comment(doc: string): string {
  if (doc === "") return "";
  const lines = doc.replace(/``/g, "`").replaceAll("*/", "*\\/").split("\n");
  if (lines.length === 1) return `/** ${lines[0] ?? ""} */\n`;
  return `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */\n`;
}

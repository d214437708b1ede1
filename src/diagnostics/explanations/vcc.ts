import type { vccCatalog } from "../catalog/vcc.js";
import type { Explanation } from "./explanation.js";

const inModule = (...lines: readonly string[]) =>
  `$Module m 3 "A module"\n\n${lines.map((line) => `${line}\n`).join("")}`;

/** What the codes of `vccCatalog` mean. Their examples are .vcc files. */
export const vccExplanations = {
  "vcc-no-module": {
    meaning: "A .vcc file begins with the $Module stanza, which names the module.",
    failing: "$Function VOID f()\n",
    fixed: inModule("$Function VOID f()"),
  },
  "vcc-bad-module": {
    meaning: "$Module takes a name, the section of the manual, and a description in quotes.",
    failing: "$Module m 3\n",
    fixed: inModule(),
  },
  "vcc-duplicate-module": {
    meaning: "One .vcc file describes one module.",
    failing: inModule('$Module n 3 "Another"'),
    fixed: inModule(),
  },
  "vcc-wrong-module": {
    meaning:
      "The file that was found for an import describes another module. NAME.vcc must say $Module NAME.",
    failing: "import wrong;\n",
    fixed: "import right;\n",
    files: { "wrong.vcc": '$Module m 3 "A module"\n', "right.vcc": '$Module right 3 "A module"\n' },
  },
  "vcc-unknown-stanza": {
    meaning:
      "Only the stanzas of vmodtool are known: $Module, $Function, $Object, $Method, $Event, $ABI, $Restrict, $Alias, $Prefix, $Synopsis, $Version, and of vclc's own $Async, $Settled and $Settling.",
    failing: inModule("$Func VOID f()"),
    fixed: inModule("$Function VOID f()"),
  },
  "vcc-bad-stanza": {
    meaning: "The stanza lacks what must follow it on its line.",
    failing: inModule("$Version"),
    fixed: inModule("$Version 1.0"),
  },
  "vcc-unknown-word": {
    meaning: "The stanza takes one of a few words, and this is none of them. It is ignored.",
    failing: inModule("$ABI loose"),
    fixed: inModule("$ABI strict"),
  },
  "vcc-event-documentation": {
    meaning: "Text below a stanza documents it, but nobody is shown the documentation of an event handler.",
    failing: inModule("$Event on_event", "", "This text is lost."),
    fixed: inModule("$Event on_event"),
  },
  "vcc-expected": {
    meaning: "Something else has to stand here in a signature.",
    failing: inModule("$Function VOID f(STRING a STRING b)"),
    fixed: inModule("$Function VOID f(STRING a, STRING b)"),
  },
  "vcc-expected-type": {
    meaning:
      "A signature names the type of every argument and of what is returned, and this is no type that VMODs may use.",
    failing: inModule("$Function VOID f(STRING_LIST s)"),
    fixed: inModule("$Function VOID f(STRANDS s)"),
  },
  "vcc-unterminated-string": {
    meaning: "A string is not closed before its line ends.",
    failing: inModule('$Function VOID f(STRING s="none)'),
    fixed: inModule('$Function VOID f(STRING s="none")'),
  },
  "vcc-illegal-name": {
    meaning: "Names consist of letters, digits and _, and begin with a letter.",
    failing: inModule("$Function VOID 2nd()"),
    fixed: inModule("$Function VOID second()"),
  },
  "vcc-duplicate-name": {
    meaning:
      "Functions, objects and aliases of a module share one set of names, and so do the methods of an object.",
    failing: inModule("$Function VOID f()", "$Function INT f()"),
    fixed: inModule("$Function VOID f()", "$Function INT g()"),
  },
  "vcc-void-argument": {
    meaning: "VOID says that nothing is returned; an argument cannot be nothing.",
    failing: inModule("$Function VOID f(VOID)"),
    fixed: inModule("$Function VOID f()"),
  },
  "vcc-duplicate-argument": {
    meaning: "Arguments can be given by name, so that no two may share one.",
    failing: inModule("$Function VOID f(STRING a, STRING a)"),
    fixed: inModule("$Function VOID f(STRING a, STRING b)"),
  },
  "vcc-unnamed-optional": {
    meaning: "An optional argument, in brackets, is told by its name whether it is given.",
    failing: inModule("$Function VOID f([STRING])"),
    fixed: inModule("$Function VOID f([STRING s])"),
  },
  "vcc-braces": {
    meaning: "Braces hold the words of an ENUM. No other type has any.",
    failing: inModule("$Function VOID f(INT {a, b} x)"),
    fixed: inModule("$Function VOID f(ENUM {a, b} x)"),
  },
  "vcc-enum-without-values": {
    meaning: "An ENUM lists its words in braces.",
    failing: inModule("$Function VOID f(ENUM x)"),
    fixed: inModule("$Function VOID f(ENUM {a, b} x)"),
  },
  "vcc-bad-default": {
    meaning:
      "The default value is none of the argument's type. Durations and bytes are written as plain numbers, in seconds and bytes.",
    failing: inModule("$Function VOID f(DURATION d=10s)"),
    fixed: inModule("$Function VOID f(DURATION d=10)"),
  },
  "vcc-enum-default": {
    meaning: "The default of an ENUM is one of its words.",
    failing: inModule('$Function VOID f(ENUM {a, b} x="c")'),
    fixed: inModule('$Function VOID f(ENUM {a, b} x="a")'),
  },
  "vcc-private-return": {
    meaning:
      "PRIV_* arguments are state that the runtime hands to a function. They are no values and cannot be returned.",
    failing: inModule("$Function PRIV_TASK f()"),
    fixed: inModule("$Function VOID f(PRIV_TASK)"),
  },
  "vcc-private-default": {
    meaning: "PRIV_* arguments are filled in by the runtime, so that there is nothing to default to.",
    failing: inModule("$Function VOID f(PRIV_TASK priv = 3)"),
    fixed: inModule("$Function VOID f(PRIV_TASK priv)"),
  },
  "vcc-method-without-object": {
    meaning: "Methods belong to the $Object above them; a $Function in between ends it.",
    failing: inModule("$Method VOID .add()"),
    fixed: inModule("$Object counter()", "$Method VOID .add()"),
  },
  "vcc-method-without-dot": {
    meaning: "The name of a method is written with its dot.",
    failing: inModule("$Object counter()", "$Method VOID add()"),
    fixed: inModule("$Object counter()", "$Method VOID .add()"),
  },
  "vcc-nothing-to-follow": {
    meaning: "The stanza says something about the function or method above it, and there is none.",
    failing: inModule("$Restrict client", "$Function VOID f()"),
    fixed: inModule("$Function VOID f()", "$Restrict client"),
  },
  "vcc-restrict-scope": {
    meaning: "$Restrict lists subs, or the groups client, backend and housekeeping.",
    failing: inModule("$Function VOID f()", "$Restrict frontend"),
    fixed: inModule("$Function VOID f()", "$Restrict client"),
  },
  "vcc-alias-target": {
    meaning: "$Alias gives a second name to a function or method that stands above it.",
    failing: inModule("$Alias old new"),
    fixed: inModule("$Function VOID new()", "$Alias old new"),
  },
} as const satisfies Record<keyof typeof vccCatalog, Explanation>;

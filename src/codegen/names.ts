/**
 * Names in emitted modules. The rule: a VCL name stays as it is, with its kind before it where several kinds could meet (`backend_api`,
 * `acl_purgers`, `sub_normalize`, `global_api`, `label_policy`); `-` becomes `_`; a word that JavaScript keeps for itself gets a trailing `_`;
 * and where two names would still be one, the later gets `_2`, `_3` ….
 */
export class Names {
  readonly #taken: Set<string>;

  /** `taken` are names that the module uses for other things. */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** A name that nothing else in the module has. */
  claim(wanted: string): string {
    const base = identifier(wanted);
    let name = base;
    for (let count = 2; this.#taken.has(name); count += 1) name = `${base}_${count}`;
    this.#taken.add(name);
    return name;
  }
}

/** An identifier as close to a VCL name as JavaScript allows. */
export function identifier(name: string): string {
  const safe = name.replaceAll(/[^A-Za-z0-9_]/g, "_");
  return reservedWords.has(safe) || /^[0-9]/.test(safe) ? `${safe}_` : safe;
}

const slugLength = 28;

/** Words of a text, for naming a constant after its content: `^/(admin|login)/` → `admin_login`. Undefined when there are none. */
export function slug(text: string): string | undefined {
  const words = text.match(/[A-Za-z0-9]+/g) ?? [];
  let result = "";
  for (const word of words) {
    if (result !== "" && result.length + word.length >= slugLength) break;
    result = result === "" ? word.slice(0, slugLength) : `${result}_${word}`;
  }
  return result === "" ? undefined : result.toLowerCase();
}

/** Names a regular expression after what it looks for; groups' flags and classes such as `\d` say nothing. */
export function regexName(pattern: string): string {
  const content = pattern.replaceAll(/\(\?[a-zA-Z-]*[:)]|\\[a-zA-Z]|\[[^\]]*\]|\{[\d,]*\}/g, " ");
  return `re_${slug(content) ?? slug(pattern) ?? "pattern"}`;
}

/** ECMAScript's reserved words, strict mode and modules included, and the names of globals that emitted code uses. */
export const reservedWords: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function " +
    "if implements import in instanceof interface let new null package private protected public return static super switch this throw true try " +
    "typeof undefined var void while with yield Math NaN Infinity"
  ).split(" "),
);

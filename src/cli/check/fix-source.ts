import { isError } from "../../analyze/analyze-source.js";
import type { Diagnostic, Fix } from "../../diagnostics/diagnostic.js";
import type { SourceFile } from "../../source/source-file.js";

/** Rounds of fixing: what one takes away may leave something for the next. */
const mostRounds = 10;

/**
 * Mends a source where that is safe, until nothing is left to mend. What would make an error of it is left. Included files stay as they are: others may
 * include them too.
 */
export function fixSource(
  main: SourceFile,
  diagnose: (main: SourceFile) => readonly Diagnostic[],
): { readonly text: string; readonly count: number } {
  let fixed = main;
  let count = 0;
  for (let round = 0; round < mostRounds; round++) {
    const found = diagnose(fixed);
    if (found.some(isError)) break;
    const fixes = apart(found.flatMap(({ fix }) => (fix?.safe && fix.span.file === fixed ? [fix] : [])));
    const sound = (tried: readonly Fix[]) => !diagnose(applied(fixed, tried)).some(isError);
    const good = fixes.length === 0 || sound(fixes) ? fixes : fixes.filter((fix) => sound([fix]));
    if (good.length === 0 || (good.length < fixes.length && !sound(good))) break;
    fixed = applied(fixed, good);
    count += good.length;
  }
  return { text: fixed.text, count };
}

/** In order, without those that overlap one before. */
function apart(fixes: readonly Fix[]): readonly Fix[] {
  const left: Fix[] = [];
  for (const fix of fixes.toSorted((a, b) => a.span.start - b.span.start)) {
    if (fix.span.start >= (left.at(-1)?.span.end ?? 0)) left.push(fix);
  }
  return left;
}

function applied(file: SourceFile, fixes: readonly Fix[]): SourceFile {
  let text = "";
  let end = 0;
  for (const { span, text: replacement } of fixes) {
    text += file.text.slice(end, span.start) + replacement;
    end = span.end;
  }
  return { ...file, text: text + file.text.slice(end) };
}

import type { LintCode } from "../../diagnostics/catalog/lint.js";
import type { Rule } from "../lint-context.js";
import { acceptEncodingSet } from "./accept-encoding-set.js";
import { aclMatchesEveryone } from "./acl-matches-everyone.js";
import { banUnguarded } from "./ban-unguarded.js";
import { comparedWithEmpty } from "./compared-with-empty.js";
import { constantCondition } from "./constant-condition.js";
import { contradictoryComparison } from "./contradictory-comparison.js";
import { deliverSkipsBuiltin } from "./deliver-skips-builtin.js";
import { duplicateCondition } from "./duplicate-condition.js";
import { emptyBranch } from "./empty-branch.js";
import { forwardedForDoubled } from "./forwarded-for-doubled.js";
import { hashIncomplete } from "./hash-incomplete.js";
import { hashSkipsBuiltin } from "./hash-skips-builtin.js";
import { hostCase } from "./host-case.js";
import { hostRegexDot } from "./host-regex-dot.js";
import { hostRegexUnanchored } from "./host-regex-unanchored.js";
import { identicalBranches } from "./identical-branches.js";
import { methodCase } from "./method-case.js";
import { missingGroup } from "./missing-group.js";
import { numberAsText } from "./number-as-text.js";
import { overwrittenValue } from "./overwritten-value.js";
import { pipeReturned } from "./pipe-returned.js";
import { purgeUnguarded } from "./purge-unguarded.js";
import { regexAlwaysMatches } from "./regex-always-matches.js";
import { regexNeverMatches } from "./regex-never-matches.js";
import { reqGraceOnly } from "./req-grace-only.js";
import { restartUnguarded } from "./restart-unguarded.js";
import { selfAssignment } from "./self-assignment.js";
import { statusOutOfRange } from "./status-out-of-range.js";
import { unreachableCode } from "./unreachable-code.js";
import { unusedImport } from "./unused-import.js";
import { unusedDirector } from "./unused-director.js";
import { urlWithoutSlash } from "./url-without-slash.js";
import { varyTooWide } from "./vary-too-wide.js";
import { wrongCase } from "./wrong-case.js";
import { zeroTtl } from "./zero-ttl.js";

/** The codes that are given by rules, and not for comments that silence them or for a target. */
export type RuleCode = Exclude<LintCode, `suppression-${string}` | `target-${string}`>;

/** The rule behind each code. */
export const rules: Readonly<Record<RuleCode, Rule>> = {
  "accept-encoding-set": acceptEncodingSet,
  "acl-matches-everyone": aclMatchesEveryone,
  "ban-unguarded": banUnguarded,
  "compared-with-empty": comparedWithEmpty,
  "constant-condition": constantCondition,
  "contradictory-comparison": contradictoryComparison,
  "deliver-skips-builtin": deliverSkipsBuiltin,
  "duplicate-condition": duplicateCondition,
  "empty-branch": emptyBranch,
  "forwarded-for-doubled": forwardedForDoubled,
  "hash-incomplete": hashIncomplete,
  "hash-skips-builtin": hashSkipsBuiltin,
  "host-case": hostCase,
  "host-regex-dot": hostRegexDot,
  "host-regex-unanchored": hostRegexUnanchored,
  "identical-branches": identicalBranches,
  "method-case": methodCase,
  "missing-group": missingGroup,
  "number-as-text": numberAsText,
  "overwritten-value": overwrittenValue,
  "pipe-returned": pipeReturned,
  "purge-unguarded": purgeUnguarded,
  "regex-always-matches": regexAlwaysMatches,
  "regex-never-matches": regexNeverMatches,
  "req-grace-only": reqGraceOnly,
  "restart-unguarded": restartUnguarded,
  "self-assignment": selfAssignment,
  "status-out-of-range": statusOutOfRange,
  "unreachable-code": unreachableCode,
  "unused-import": unusedImport,
  "unused-director": unusedDirector,
  "url-without-slash": urlWithoutSlash,
  "vary-too-wide": varyTooWide,
  "wrong-case": wrongCase,
  "zero-ttl": zeroTtl,
};

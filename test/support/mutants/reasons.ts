/** A difference of verdicts that is no fault of this compiler. */
interface KnownDifference {
  readonly reason: string;
  /** In varnishd's message, when it refuses. */
  readonly theirs?: RegExp;
  /** In this compiler's first message, with its code, when it refuses. */
  readonly ours?: RegExp;
  /** In the program. */
  readonly program?: RegExp;
}

const newVariables =
  /Symbol not found: '(?:param\.\w+|req\.(?:filters|trace|max_age)|bereq\.(?:filters|retry_connect|task_deadline|trace)|beresp\.transit_buffer|obj_stale(?:\.[\w.-]+)?)'/;

/**
 * Why verdicts may differ: what Varnish's trunk has and 7.1 has not (it is the trunk that this compiler follows), and what is found out where
 * a VCL is loaded, not while it is compiled.
 */
export const knownDifferences: readonly KnownDifference[] = [
  { reason: "a variable that is new in the trunk", theirs: newVariables },
  {
    reason: "a variable that is new in the trunk",
    theirs: /^Unknown property '(?:filters|trace|max_age|retry_connect|task_deadline|transit_buffer)'/,
  },
  {
    reason: "`default`, in any case, may be the name of other things in the trunk",
    theirs: /^(?:Name|Symbol) '?default'? (?:must have type 'func'|has wrong type \(func\))/i,
  },
  {
    reason: "a variable that can be unset in the trunk",
    theirs: /cannot be unset/i,
    program: /unset\s+(?:req\.(?:grace|ttl)|bereq\.(?:between_bytes|connect|first_byte)_timeout|sess\.\w+)/,
  },
  {
    reason: "a variable that can be read in more subs in the trunk",
    theirs: /Not available (?:in|from) subroutine '(?:vcl_pipe|vcl_synth)'/,
    program: /\breq\.hash\b/,
  },
  {
    reason: "a sub that is new in the trunk (vcl_backend_refresh, the built-in sub's parts)",
    theirs: /^The names 'vcl_\*' are reserved for subroutines/,
    program: /\bvcl_(?:backend_refresh|req_|refresh_|beresp_|hit_|miss_|pass_|hash_|builtin_)/,
  },
  {
    reason: "a sub that is new in the trunk, whose name nothing else may have",
    ours: /^(?:name-must-have-type|reserved-prefix|reserved-sub-name)[^]*vcl_backend_refresh/,
  },
  {
    reason: "names of hosts and services are looked up where the VCL is loaded",
    theirs: /could not be resolved to an IP address:\n\t|^DNS lookup\(/,
  },
  {
    reason: "labels are known where the VCL is loaded",
    theirs: /^Symbol not found: '[^]*\n[^]*\bvcl\s*\(/,
  },
  {
    reason: "headers that frame the message are protected in the trunk",
    ours: /^(?:read-only|not-settable|not-unsettable|not-available|not-settable-here)[^]*\.http\.(?:content-length|transfer-encoding)\b/i,
  },
  {
    reason: "functions are restricted to subs in the trunk",
    ours: /^not-available: [^]*\((?:(?:purge|std|unix|directors|cookie|blob)\.\w+|\w+\.(?:clear|set|use))\)$/,
  },
  {
    reason: "transaction ids are numbers in the trunk",
    program: /\b(?:req|bereq|sess)\.xid\b/,
    ours: /INT/,
  },
  { reason: "transaction ids are numbers in the trunk", program: /\.xid\b/, theirs: /STRING/ },
  {
    reason: "a minus before what has no negative is refused by the C compiler behind Varnish's",
    ours: /^negation-type:/,
  },
  {
    reason: "a dot in the name of an import, which nothing can be found under, is taken by accident",
    ours: /^illegal-name: Name of VMOD/,
  },
  {
    reason: "a variable that can be read in fewer subs in the trunk",
    ours: /^not-available: [^]*\(req\.is_hit(?:miss|pass)\)$/,
  },
  {
    reason: "functions of 7.1 that are gone in the trunk",
    ours: /^symbol-not-found: [^]*'(?:std\.(?:real2|time2)|cookie\.format_rfc1123)/,
  },
  { reason: "a keyword of the trunk", program: /\bunused\b/, ours: /reserved/ },
  {
    reason: "return (dispatch(label)) is an action of this compiler's own",
    program: /dispatch\s*\(/,
    theirs: /^Expected return action name/,
  },
  {
    reason: "a path may be abstract in the trunk",
    theirs: /^Backend path: Must be an absolute path/,
    program: /"@/,
  },
  { reason: "modules that are not in both places", ours: /^vmod-not-found: [^]* (?:vtc|debug)$/ },
  { reason: "modules that are not in both places", theirs: /^Could not find VMOD (?:h2|math)/ },
  {
    reason: "a probe has a text form, and is none from the start, in the trunk",
    ours: /PROBE/,
  },
  { reason: "a probe has a text form, and is none from the start, in the trunk", theirs: /PROBE/ },
  {
    reason: "whether there is a default probe is seen where the VCL is loaded, in the trunk",
    theirs: /^No default probe defined/,
  },
  { reason: "a pattern that JavaScript has no equivalent of", ours: /^regex-untranslatable/ },
  { reason: "an assertion of 7.1 fails", theirs: /^Assert error|^Missing errorhandling|signal \d+/ },
];

/** Why the verdicts on a program may differ; undefined: they may not. A message is undefined where the program was taken. */
export function reasonFor(
  program: string,
  theirs: string | undefined,
  ours: string | undefined,
): string | undefined {
  return knownDifferences.find(
    (known) => fits(known.theirs, theirs) && fits(known.ours, ours) && (known.program?.test(program) ?? true),
  )?.reason;
}

function fits(pattern: RegExp | undefined, message: string | undefined): boolean {
  return pattern === undefined ? message === undefined : message !== undefined && pattern.test(message);
}

/** A shell glob (`*`, `?`, `[…]`, and a backslash before what is to be taken as it is) over whole names. */
export function globExpression(pattern: string): RegExp {
  const body = pattern.replace(/\\[\s\S]|\[!?[^\]]+\]|[\s\S]/g, (part) => {
    if (part.startsWith("\\") && part.length > 1) return part.slice(1).replace(/\W/, "\\$&");
    if (part === "*") return "[^]*";
    if (part === "?") return "[^]";
    if (part.length > 1) return part.replace(/^\[!/, "[^").replaceAll("\\", "\\\\");
    return part.replace(/[\\^$.|+(){}[\]]/, "\\$&");
  });
  try {
    return new RegExp(`^${body}$`);
  } catch {
    // A set that is none, such as [z-a], matches nothing.
    return /[]/;
  }
}

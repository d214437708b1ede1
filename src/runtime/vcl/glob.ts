/** A shell glob (`*`, `?`, `[…]`) over whole names. */
export function globExpression(pattern: string): RegExp {
  const body = pattern.replace(/\[!?[^\]]+\]|[\s\S]/g, (part) => {
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

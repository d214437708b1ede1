const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Byte text (one byte per code unit) as people read it: UTF-8 decoded where it is UTF-8, control characters as visible signs, so that no
 * source can send commands to a terminal. Text that already holds other characters is left as it is.
 */
export function printable(text: string): string {
  return showControls(decode(text));
}

function decode(text: string): string {
  if (!/[\x80-\xff]/.test(text) || /[^\0-\xff]/.test(text)) return text;
  try {
    return utf8.decode(Uint8Array.from(text, (unit) => unit.charCodeAt(0)));
  } catch {
    return text;
  }
}

function showControls(text: string): string {
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, (control) => {
    const code = control.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? "\u2421" : "\ufffd";
  });
}

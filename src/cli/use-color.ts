/** Whether a stream is a terminal that shows colours, and nobody asked for none (https://no-color.org). */
export function useColor(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, TERM } = process.env;
  return stream.isTTY && (NO_COLOR ?? "") === "" && TERM !== "dumb";
}

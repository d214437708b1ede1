export type ColorWhen = "auto" | "always" | "never";

/** Whether to colour what goes to a stream: as asked for, else where it is a terminal that shows colours and NO_COLOR is not set (https://no-color.org). */
export function useColor(stream: NodeJS.WriteStream, when: ColorWhen = "auto"): boolean {
  if (when !== "auto") return when === "always";
  const { NO_COLOR, TERM } = process.env;
  return stream.isTTY && (NO_COLOR ?? "") === "" && TERM !== "dumb";
}

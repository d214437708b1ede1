import { Option } from "commander";

export type ColorWhen = "auto" | "always" | "never";

/** `--color`, for every command that prints diagnostics. */
export function colorOption(): Option {
  return new Option("--color <when>", "colour diagnostics; auto: on a terminal, unless NO_COLOR is set")
    .choices(["auto", "always", "never"] satisfies ColorWhen[])
    .default("auto");
}

/** Whether to colour what goes to a stream: as asked for, else where it is a terminal that shows colours and NO_COLOR is not set (https://no-color.org). */
export function useColor(stream: NodeJS.WriteStream, when: ColorWhen = "auto"): boolean {
  if (when !== "auto") return when === "always";
  const { NO_COLOR, TERM } = process.env;
  return stream.isTTY && (NO_COLOR ?? "") === "" && TERM !== "dumb";
}

/** Ends a command with one line on stderr. Exit code 1: the answer is no; 2: the command could not be carried out as given. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 2) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Whether an error is a CliError, also of a second copy of this class: the program and what it loads later are bundled apart. */
export function isCliError(error: unknown): error is CliError {
  return error instanceof Error && error.name === "CliError";
}

/** Ends a command with one line on stderr. Exit code 1: the answer is no; 2: the command could not be carried out as given. */
export class CliError extends Error {
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 2) {
    super(message);
    this.exitCode = exitCode;
  }
}

import { Command } from "commander";

/** What the options of `vclc routes explain` are parsed to. */
export interface ExplainRouteFlags {
  readonly host: string;
  readonly path: string;
  readonly method: string;
  readonly header?: readonly string[];
  readonly query?: readonly string[];
}

/** `vclc routes check FILE…` and `vclc routes explain FILE` */
export function routesCommand(): Command {
  return new Command("routes")
    .summary("check a file of routes, and explain which route a request gets")
    .description("Look at a file of routes, YAML or JSON, as the VMOD routing reads it, without a proxy.")
    .addCommand(checkCommand())
    .addCommand(explainCommand());
}

function checkCommand(): Command {
  return new Command("check")
    .summary("say whether files of routes are good")
    .description(
      "Check files of routes. The first mistake of each is printed with its place. Whether the labels exist says vclc warm.",
    )
    .argument("<file...>", "files of routes")
    .addHelpText(
      "after",
      "\nExit code: 0 all are good, 1 mistakes, 2 wrong usage or an unreadable file.\n\nExample:\n  vclc routes check routes.yaml",
    )
    .action(async (files: readonly string[]) => {
      const { checkRoutes } = await import("../routes/check-routes.js");
      process.exitCode = checkRoutes(files);
    });
}

function explainCommand(): Command {
  return new Command("explain")
    .summary("say which route a request gets, and why no other")
    .description(
      "Say which route of a file a request gets, why it wins, and why each other one of its host does not.",
    )
    .argument("<file>", "a file of routes")
    .requiredOption("--host <name>", "the request's host")
    .option("--path <path>", "its path, with its query if it has one", "/")
    .option("--method <method>", "its method", "GET")
    .option("--header <header>", "a header, NAME: VALUE; may be given more than once", collect)
    .option(
      "--query <name=value>",
      "a query parameter as it stands in the URL; may be given more than once",
      collect,
    )
    .addHelpText(
      "after",
      "\nExit code: 0 it gets a route, 1 none fits, or the file has a mistake, 2 wrong usage or an unreadable file.\n\n" +
        "Example:\n  vclc routes explain routes.yaml --host api.example.com --path /v2/items --header 'X-Beta: 1'",
    )
    .action(async (file: string, flags: ExplainRouteFlags) => {
      const { explainRoute } = await import("../routes/explain-route.js");
      process.exitCode = explainRoute(file, flags);
    });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

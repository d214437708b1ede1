import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/cli.js";

interface PackageFile {
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

const packageFile = JSON.parse(readFileSync("package.json", "utf8")) as PackageFile;

function run(program: string, args: readonly string[], cwd: string): string {
  return execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

describe("the package", () => {
  test("npm pack, installed into an empty folder: every export imports, type-checks, and the program runs", () => {
    const folder = temporaryFolder();
    run(process.execPath, ["scripts/build.mjs"], process.cwd());
    const [packed] = JSON.parse(
      run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], process.cwd()),
    ) as [{ filename: string; files: { path: string }[] }];
    const files = packed.files.map(({ path }) => path);
    expect(files).toContain("dist/vmod/std/std.vcc");
    const linked = [...readFileSync("README.md", "utf8").matchAll(/\]\(([\w./-]+)/g)].map(([, path]) => path);
    expect(files).toEqual(expect.arrayContaining(linked));
    expect(files.filter((path) => /^(src|test|fixtures|bench|\.ci)\//.test(path))).toEqual([]);

    const empty = join(folder, "empty");
    mkdirSync(empty);
    writeFileSync(join(empty, "package.json"), '{ "name": "empty", "private": true, "type": "module" }');
    const tarball = join(folder, packed.filename);
    run(
      "npm",
      ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", tarball],
      empty,
    );

    const allVmods = files.flatMap((path) => /^dist\/vmod\/(\w+)\/index\.d\.ts$/.exec(path)?.slice(1) ?? []);
    const vmods = allVmods.filter((name) => existsSync(join("src/vmod", name, "index.ts")));
    const interfaces = allVmods.filter((name) => !vmods.includes(name));
    expect(vmods).toEqual(expect.arrayContaining(["std", "directors", "svc"]));
    expect(interfaces).toEqual(expect.arrayContaining(["assert", "testing"]));
    const names = Object.keys(packageFile.exports)
      .filter((name) => name !== "./package.json" && !name.startsWith("./schema/"))
      .flatMap((name) =>
        name === "./vmod/*" ? vmods.map((vmod) => `vclc/vmod/${vmod}`) : [name.replace(".", "vclc")],
      );
    writeFileSync(
      join(empty, "all.mjs"),
      names
        .map(
          (name, index) =>
            `import * as e${index} from "${name}";\nconsole.log("${name}", Object.keys(e${index}).length);`,
        )
        .join("\n"),
    );
    const imported = run(process.execPath, ["all.mjs"], empty).trimEnd().split("\n");
    expect(imported.map((line) => line.split(" ")[0])).toEqual(names);
    for (const line of imported) expect(Number(line.split(" ")[1]), line).toBeGreaterThan(0);

    writeFileSync(
      join(empty, "main.vcl"),
      'vcl 4.1;\nimport std;\nbackend b none;\nsub vcl_recv { std.log("x"); return (synth(200)); }\n',
    );
    const vclc = join(empty, "node_modules/.bin/vclc");
    expect(run(vclc, ["--version"], empty).trim()).toBe(packageFile.version);
    expect(run(vclc, ["check", "main.vcl"], empty)).toBe("");
    run(vclc, ["compile", "main.vcl"], empty);
    expect(existsSync(join(empty, "main.vcl.ts"))).toBe(true);

    // The emitted module, and every declaration of the package, against the installed package's own types.
    writeFileSync(
      join(empty, "types.ts"),
      [...names, ...interfaces.map((name) => `vclc/vmod/${name}`)]
        .map((name, index) => `import * as e${index} from "${name}";\nexport const v${index} = e${index};`)
        .join("\n"),
    );
    const tsc = join(empty, "node_modules/typescript/bin/tsc");
    const flags = [
      "--strict",
      "--noEmit",
      "--module",
      "nodenext",
      "--target",
      "es2023",
      "--lib",
      "es2023,dom",
      "--skipLibCheck",
      "--erasableSyntaxOnly",
    ];
    run(process.execPath, [tsc, ...flags, "main.vcl.ts", "types.ts"], empty);
  }, 180_000);
});

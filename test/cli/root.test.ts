import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { confinedReader, readerIn } from "../../src/cli/confined-reader.js";
import { temporaryFolder, vclc } from "../support/cli.js";

const secret = "swordfish";

/** A folder `repo` with these files, beside a file `secret` and a folder `private` with a file of its own. */
function repository(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  const all = Object.entries(files).map(([name, text]) => [`repo/${name}`, text] as const);
  for (const [name, text] of [...all, ["secret", secret], ["private/inner.vcl", secret]] as const) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, "repo");
}

const main = (...lines: string[]): string => ["vcl 4.1;", "backend default none;", ...lines, ""].join("\n");
const outside = "Outside of the folders that may be read; --root names them";

describe("what check and compile read", () => {
  test("lies in the folders of the files: not where absolute paths, .., links and globs lead", async () => {
    const repo = repository({ "inner/own.vcl": "# own\n" });
    const wrong = {
      "absolute.vcl": `include "${repo}/../secret";`,
      "environment.vcl": 'include "/proc/self/environ";',
      "up.vcl": 'include "./inner/../../secret";',
      "link.vcl": 'include "./link-to-file";',
      "folder.vcl": 'include "./link-to-folder/inner.vcl";',
      "glob.vcl": 'include +glob "./link-to-folder/*.vcl";',
      "glob-up.vcl": 'include +glob "./../private/*.vcl";',
      "glob-link.vcl": 'include +glob "./link-to-f*le";',
      "vmod.vcl": `import std from "${repo}/../secret";`,
      "vmod-link.vcl": 'import std from "./std.vcc";',
    };
    for (const [name, line] of Object.entries(wrong)) writeFileSync(join(repo, name), main(line));
    symlinkSync("../secret", join(repo, "link-to-file"));
    symlinkSync("../secret", join(repo, "std.vcc"));
    symlinkSync("../private", join(repo, "link-to-folder"));
    const names = Object.keys(wrong);
    for (const command of [["check"], ["compile", "-o", "out"]]) {
      const { code, stdout, stderr } = await vclc([...command, ...names], repo, { TOKEN: secret });
      expect(code).toBe(2);
      expect(stdout + stderr).not.toContain(secret);
      expect((stdout + stderr).split(outside).length - 1).toBe(names.length);
    }
  });

  test("a main file or a configuration that is a link to elsewhere is not read either", async () => {
    const repo = repository({ "good.vcl": main(), "sub/good.vcl": main() });
    symlinkSync("../secret", join(repo, "main.vcl"));
    symlinkSync("../../secret", join(repo, "sub/vclc.config.json"));
    const linked = await vclc(["check", "main.vcl", "good.vcl"], repo);
    expect(linked).toEqual({ code: 2, stdout: "", stderr: `vclc: cannot read main.vcl: ${outside}\n` });
    const configured = await vclc(["check", "sub/good.vcl"], repo);
    expect(configured).toMatchObject({ code: 2, stdout: "" });
    expect(configured.stderr).toBe(`vclc: cannot read ${repo}/sub/vclc.config.json: ${outside}\n`);
    const folder = await vclc(["check", "."], repo);
    expect(folder).toMatchObject({ code: 2, stdout: expect.not.stringContaining(secret) as string });
  });

  test("--root widens and narrows it; a root that is no folder is a mistake", async () => {
    const repo = repository({
      "sites/main.vcl": main('include "./../parts/part.vcl";'),
      "parts/part.vcl": "sub vcl_recv { unset req.http.X; }\n",
    });
    const check = (...args: string[]) => vclc(["check", "sites/main.vcl", ...args], repo);
    expect((await check()).code).toBe(2);
    expect(await check("--root", ".")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await check("--root", "sites:parts")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect((await check("--root", "parts")).stderr).toBe(`vclc: cannot read sites/main.vcl: ${outside}\n`);
    expect((await check("--root", "nosuch")).stderr).toBe(
      "vclc: cannot read --root nosuch: No such file or directory\n",
    );
  });

  test("no list and no configuration from outside of --root: neither a line of the one is shown nor does the other silence anything", async () => {
    const repo = repository({
      "ok.vcl": main("sub vcl_recv { set req.http.X = req.http.X; }"),
    });
    symlinkSync("../secret", join(repo, "list"));
    expect(await vclc(["check", "--root", ".", "--files-from", "list"], repo)).toEqual({
      code: 2,
      stdout: "",
      stderr: `vclc: cannot read list: ${outside}\n`,
    });
    writeFileSync(join(repo, "../vclc.config.json"), '{ "rules": { "*": "off" } }');
    expect((await vclc(["check", "ok.vcl"], repo)).stdout).toBe("");
    expect((await vclc(["check", "--root", ".", "ok.vcl"], repo)).stdout).toContain("[self-assignment]");
    const other = await vclc(["check", "--root", ".", "--config", "../vclc.config.json", "ok.vcl"], repo);
    expect(other).toMatchObject({ code: 2, stderr: `vclc: cannot read ../vclc.config.json: ${outside}\n` });
  });

  test("folders of --vcl-path and --vmod-path count, and so do vclc's own VMODs", () => {
    const repo = repository({ "a/x.vcl": "a", "b/y.vcc": "b", "c/z.vcl": "c" });
    const reader = confinedReader([join(repo, "a/x.vcl")], {
      vclPath: [join(repo, "c")],
      vmodPath: [join(repo, "b")],
    });
    expect(["a/x.vcl", "b/y.vcc", "c/z.vcl"].map((name) => reader.read(join(repo, name)))).toEqual([
      { text: "a" },
      { text: "b" },
      { text: "c" },
    ]);
    expect(reader.read(join(repo, "../secret"))).toEqual({ error: outside, exists: true });
    expect(reader.read("src/vmod/std/std.vcc")).toHaveProperty("text");
  });

  test("of some folders only VCL; what is not there is told apart only inside", () => {
    const repo = repository({ "etc/secret": secret, "etc/x.vcl": "x" });
    const reader = readerIn([join(repo, "own")], [join(repo, "etc")]);
    expect(reader.read(join(repo, "etc/secret"))).toHaveProperty("error", outside);
    expect(reader.read(join(repo, "etc/x.vcl"))).toEqual({ text: "x" });
    expect(reader.read(join(repo, "etc/none.vcl"))).toHaveProperty("error", "No such file or directory");
    expect(reader.read(join(repo, "../none"))).toHaveProperty("error", outside);
    expect(reader.read(join(repo, "etc/none/../../../none.vcl"))).toHaveProperty("error", outside);
  });
});

describe("vclc warm --no-vmod-code", () => {
  const vcc = '$Module mine 3 "Mine"\n$Function STRING text()\n$Object thing()\n$Method INT .next()\n';
  const code =
    'console.log("it ran"); export const text = () => "x"; export class Thing { static create() { return new Thing(); } next() { return 1; } }';
  const policy = main(
    "import mine;",
    "import std;",
    "sub vcl_init { new t = mine.thing(); std.log(mine.text() + t.next()); }",
    "sub vcl_recv { set req.backend_hint = global.api; }",
  );

  test("runs no code but vclc's own and still checks labels and global directors; without it, warm says what runs", async () => {
    const repo = repository({ "main.vcl": policy, "vmods/mine.vcc": vcc, "vmods/mine.js": code });
    const warm = (...args: string[]) =>
      vclc(["warm", "main.vcl", "--vmod-path", "vmods", "--global", "api", ...args], repo);
    const ran = await warm();
    expect(ran).toMatchObject({ code: 0, stdout: "it ran\n" });
    expect(ran.stderr).toContain("running the code of VMOD mine (vmods/mine); --no-vmod-code checks without");
    expect(await warm("--no-vmod-code")).toEqual({ code: 0, stdout: "", stderr: "" });
    const missing = await vclc(["warm", "main.vcl", "--vmod-path", "vmods", "--no-vmod-code"], repo);
    expect(missing.stdout).toContain("[missing-global-director]");
  });

  test("tells neither files outside nor the environment, but for what is vclc's", async () => {
    const init = (what: string) =>
      main("import std;", `sub vcl_init { return (fail("<" + ${what} + ">")); }`);
    const repo = repository({
      "file.vcl": init(`std.fileread("../secret")`),
      "environment.vcl": init('std.getenv("TOKEN")'),
      "own.vcl": init('std.getenv("VCLC_ENDPOINTS")'),
    });
    const warm = async (file: string, ...args: string[]) =>
      (await vclc(["warm", file, ...args], repo, { TOKEN: secret, VCLC_ENDPOINTS: "e.yaml" })).stdout;
    expect(await warm("file.vcl", "--no-vmod-code")).not.toContain(secret);
    expect(await warm("environment.vcl")).toContain(secret);
    expect(await warm("environment.vcl", "--no-vmod-code")).not.toContain(secret);
    expect(await warm("own.vcl", "--no-vmod-code")).toContain("<e.yaml>");
  });

  test("says that an initialization may have failed for what was left out", async () => {
    const repo = repository({
      "main.vcl": main("import mine;", 'sub vcl_init { if (!mine.text()) { return (fail("no text")); } }'),
      "mine.vcc": vcc,
      "mine.js": code,
    });
    const { stdout } = await vclc(["warm", "main.vcl", "--vmod-path", ".", "--no-vmod-code"], repo);
    expect(stdout).toContain("hint: perhaps only because --no-vmod-code leaves out what mine would do");
  });
});
